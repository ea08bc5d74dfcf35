@client
Feature: HTTP rules, judged on the DM Client

  @HTP-01 @must
  Rule: A 4xx answer to package 1 ends the attempt; the package is not sent again
    A client that insists is an attack on the server that refused it.

    Scenario Outline: <status>
      Given the server sends the package
        | GET | {devInfo}Man |
      And the next session follows
      And the server answers <status>
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then a 4xx answer to #1 ends the attempt

      Examples: Client errors
        | status |
        | 400    |
        | 403    |
        | 404    |
        | 429    |

  @HTP-02 @should
  Rule: A 5xx answer to package 1 ends the attempt; the package is not sent again
    A server in trouble is not helped by more requests.

    Scenario Outline: <status>
      Given the server sends the package
        | GET | {devInfo}Man |
      And the next session follows
      And the server answers <status>
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then a 5xx answer to #1 ends the attempt

      Examples: Server errors
        | status |
        | 500    |
        | 503    |

  @HTP-03 @must
  Rule: A 4xx answer to package 3 ends the session; the package is not sent again
    The session is over on one side, so it is over.

    Scenario Outline: <status>
      Given the server sends the package
        | GET | {devInfo}Man |
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      And the server answers <status>
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then a 4xx answer to #3 ends the session

      Examples: Client errors
        | status |
        | 400    |
        | 404    |
        | 409    |

  @HTP-04 @must
  Rule: A cut connection, or no answer for as long as the client says it waits, ends the attempt, and the client can open another session
    A device that waits for ever is a device lost.

    Scenario Outline: The connection is <cut> instead of an answer to #1
      Given the client is reset afterwards
      And the server sends the package
        | GET | {devInfo}Man |
      And the next session follows
      And the connection is <cut> instead of an answer
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then a lost answer ends the attempt

      Examples: Ends of a connection
        | cut    |
        | closed |
        | reset  |

    Scenario Outline: The connection is <cut> instead of an answer to #3
      Given the client is reset afterwards
      And the server sends the package
        | GET | {devInfo}Man |
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      And the connection is <cut> instead of an answer
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then a lost answer ends the attempt

      Examples: Ends of a connection
        | cut    |
        | closed |
        | reset  |

    Scenario: No answer to #1
      Given the client is reset afterwards
      And the server sends the package
        | GET | {devInfo}Man |
      And the next session follows
      And the server never answers
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then a lost answer ends the attempt

    Scenario: No answer to #3
      Given the client is reset afterwards
      And the server sends the package
        | GET | {devInfo}Man |
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      And the server never answers
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then a lost answer ends the attempt

  @HTP-05 @must
  Rule: A redirect from an HTTPS address to a plain HTTP address is not followed
    What TLS protects must neither be sent nor fetched in the clear (D-17).

    Scenario Outline: <status> from HTTPS to plain HTTP
      Given the client holds a sample object
      And the repository redirects {secure repository}/old by <status> to {repository}/clear
      And the server sends the package
        | HGET | {secure repository}/old | {sample}Setting |
        | HPUT | {secure repository}/old | {sample}Note    |
      When the client runs 2 sessions
      Then a redirect to plain HTTP is not followed

      Examples: Redirects
        | status |
        | 302    |
        | 307    |

  @HTP-08 @should
  Rule: A redirect of the DM server to another origin is not followed
    A redirect must not move a device to a server that it has no account with.

    Scenario Outline: <status> to another origin
      Given the server sends the package
        | GET | {devInfo}Man |
      And the next session follows
      And the server answers <status> with the Location {other server}/moved
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then a redirect to another origin is not followed

      Examples: Redirects
        | status |
        | 302    |
        | 307    |
        | 308    |

  @HTP-09 @should
  Rule: A 5xx answer to package 3 ends the session; the package is not sent again
    A server in trouble is not helped by more requests.

    Scenario Outline: <status>
      Given the server sends the package
        | GET | {devInfo}Man |
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      And the server answers <status>
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then a 5xx answer to #3 ends the session

      Examples: Server errors
        | status |
        | 500    |
        | 503    |
