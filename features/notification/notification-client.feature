@client
Feature: Notification, judged on the DM Client

  @NOT-07 @must
  Rule: A notification whose digest is wrong is ignored
    Anybody can send bytes to a device; the digest tells who knows the secret.

    Scenario Outline: A digest that is not right, then a good one
      When the server sends a notification <form>, then a good one
      Then the notification with the wrong digest is ignored

      Examples: the digest is another
        | form                            |
        | with a wrong digest             |
        | with a digest that is cut short |

      Examples: the digest is of something else
        | form                                 |
        | that was changed after it was sealed |
        | that another secret has sealed       |

  @NOT-08 @must
  Rule: A notification that has a digest is ignored where the client holds no credentials for it
    A digest that nobody can check proves nothing.

    Scenario: The account of another server has no credentials
      When a server of which the client has no credentials sends a notification with a digest, then a good one comes
      Then the digest without credentials is ignored

  @NOT-09 @must
  Rule: A notification from a server of which the client has no account is ignored
    The client has no address to go to, and no reason to trust.

    Scenario: A server that nobody knows
      When the server sends a notification from an unknown server, then a good one
      Then the unknown server is ignored

    Scenario: A server that nobody knows, after one that is known
      When the server notifies the client, then sends a notification from an unknown server, then another good one
      Then the unknown server is ignored

  @NOT-10 @must
  Rule: A notification that is cut short or too long is ignored, and the client lives on
    Whatever carries notifications may lose or add bytes.

    Scenario Outline: A malformed notification, then a good one
      When the server sends a notification <form>, then a good one
      Then the malformed notification is ignored and the client lives on

      Examples: bytes are missing
        | form                           |
        | that is cut short              |
        | that counts an option too many |
        | that is half a header          |

      Examples: bytes are left over
        | form                 |
        | with a byte too many |

  @NOT-11 @must
  Rule: A notification whose identifier came before from the same server is ignored
    A network may deliver a message twice, and an eavesdropper may send it again.

    Scenario: Twice at once
      When the server sends one notification twice, then another one
      Then the repeated identifier is ignored

    Scenario: Again after its session
      When the server repeats a notification after its session, then sends another one
      Then the repeated identifier is ignored

  @NOT-12 @should
  Rule: A notification with an old timestamp is ignored as a replay
    A recorded notification must not open sessions for ever.

    Scenario: A timestamp from before the window
      When the server sends a notification with a stale timestamp, then a good one
      Then the stale timestamp is ignored

    Scenario: An old timestamp after a fresh one
      When the server notifies the client, then sends a notification with a stale timestamp, then another good one
      Then the stale timestamp is ignored

  @NOT-13 @must
  Rule: An option that the client does not know is skipped by its length
    Servers of tomorrow will say more than clients of today understand.

    Scenario: Three options that nobody knows
      When the server notifies the client with options that nobody knows
      Then the unknown option is skipped

  @NOT-14 @must
  Rule: A notification is heeded with any combination of options that is allowed
    Only SERVER-ID has to be there; everything else the server may leave out.

    Scenario Outline: The server notifies with another combination
      When the server notifies the client with <options>
      Then the combination of options is heeded

      Examples: less than usual
        | options                      |
        | no digest                    |
        | no timestamp                 |
        | neither digest nor timestamp |

      Examples: more than usual
        | options                     |
        | PREFERRED-CON-TYPE any      |
        | PREFERRED-CON-TYPE cellular |
        | PREFERRED-CON-TYPE WLAN     |
        | PREFERRED-CON-TYPE wireline |
        | REQ-MOS                     |
        | every option                |

  @NOT-16 @should
  Rule: A notification of an unknown version is ignored
    What a version means that nobody knows, nobody can tell.

    Scenario: The highest version
      When the server sends a notification of an unknown version, then a good one
      Then the unknown version is ignored

    Scenario: The highest version after the known one
      When the server notifies the client, then sends a notification of an unknown version, then another good one
      Then the unknown version is ignored

  @NOT-17 @must
  Rule: The session goes to the address in the account that SERVER-ID names, whatever else the notification says
    A notification may come from anybody; where the client reports to is settled by its accounts alone.

    Scenario: An option names another address
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      And the server notifies the client with an option that names another address
      Then the session goes to the address of the account

    Scenario: Two accounts, one identifier
      When two servers notify the client with one identifier
      Then the session goes to the address of the account
