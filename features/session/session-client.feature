@client
Feature: The session, judged on the DM Client

  @SES-01 @must
  Rule: Only the client opens a session; it does so by sending package 1 in an HTTP POST
    Nobody else can open one: a server only ever answers.

    Scenario: The client opens a session with one command
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then the session is opened by the client with a #1 by POST

  @SES-05 @must
  Rule: A session that the client opens by itself says so with the ClientInitiatedMgmt alert and carries no notification identifier
    The server tells from the alert that it did not ask for this session.

    Scenario: The client is asked to open a session by itself
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then #1 says ClientInitiatedMgmt and carries no identifier

  @SES-11 @must
  Rule: The client can open a session without any notification
    A notification is optional in the flow, so a client must not depend on one.

    Scenario: Nothing but the client itself opens two sessions
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs 2 sessions
      Then the client opens a session without a notification

    Scenario: After a session that was asked for by a notification
      Given the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      And the server has notified the client
      When the client runs 2 sessions
      Then the client opens a session without a notification

  @SES-13 @must
  Rule: After a session has ended, the client can open another one with a fresh package 1
    A session is over for good with END; what follows is a session of its own.

    Scenario: Two sessions, one after the other
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs 2 sessions
      Then the next session begins with a fresh #1

  @SES-03 @must
  Rule: A valid notification makes the client open a session
    It is the only way in which a server can ask for one.

    Scenario: The server notifies by each way that the client takes
      When the server notifies the client by each way that it takes
      Then the notification makes the client open a session

    Scenario: Three notifications, one after another
      When the server notifies the client 3 times, each time anew
      Then the notification makes the client open a session

  @SES-04 @must
  Rule: The session that is opened after a notification carries the session identifier of that notification
    The server tells by it which of its requests was answered.

    Scenario Outline: The identifier comes back as it was sent
      When the server notifies the client with identifier <identifier>
      Then #1 carries the identifier of the notification

      Examples: both bytes count, in their order
        | identifier |
        | 0x0102     |
        | 0x0201     |

      Examples: the ends of the range
        | identifier |
        | 0x0000     |
        | 0xFFFF     |

  @SES-07 @must
  Rule: One notification leads to exactly one session
    A second one would run the server's plan with nobody asking for it.

    Scenario: One notification, and then silence
      Given the server sends the package
        | GET | {devInfo}Man |
      When the server notifies the client
      Then the notification leads to exactly one session

  @SES-09 @must
  Rule: The first session after a bootstrap says BootstrapComplete
    The new server learns by it that the account works.

    Scenario: The account of another server
      When the client is given the account of another server
      Then the first session after the bootstrap says BootstrapComplete

  @SES-15 @should
  Rule: A notification that arrives during a session does not relabel that session; its identifier comes back in one later package 1
    The session under way has a reason of its own, and the server may need the other one all the same (D-32).

    Scenario: A notification while a package is withheld
      Given the server sends the package
        | GET | {devInfo}Man |
      And the package is withheld while the server notifies the client
      When the client runs a session and the one that the notification asks for
      Then the notification is answered by one later session

    Scenario Outline: The identifier of a notification that came meanwhile
      Given the server sends the package
        | GET | {devInfo}Man |
      And the package is withheld while the server notifies the client with identifier <identifier>
      When the client runs a session and the one that the notification asks for
      Then the notification is answered by one later session

      Examples: both bytes count, in their order
        | identifier |
        | 0x0001     |
        | 0x0100     |
        | 0x00FF     |
        | 0xFF00     |
