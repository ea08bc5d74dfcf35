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

  @SES-13 @must
  Rule: After a session has ended, the client can open another one with a fresh package 1
    A session is over for good with END; what follows is a session of its own.

    Scenario: Two sessions, one after the other
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs 2 sessions
      Then the next session begins with a fresh #1
