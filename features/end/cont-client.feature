@client
Feature: Continuing elsewhere, judged on the DM Client

  @CNT-01 @must
  Rule: The package 3 that answers the package with CONT goes to the URI it gives
    The server spreads its load this way.

    Scenario: CONT in the first package
      Given the server sends the package
        | CONT | {server}/next |
      When the client runs a session
      Then the #3 after CONT goes to the given URI

  @CNT-02 @must
  Rule: Every later package 3 of the session goes to the URI of the CONT, too
    The redirection holds for the session.

    Scenario: Two packages after CONT
      Given the server sends the package
        | CONT | {server}/next |
      And the server sends the package
        | GET | {devInfo}Man |
      And the server sends the package
        | GET | {devInfo}Mod |
      When the client runs a session
      Then every later #3 of the session goes to the given URI

  @CNT-03 @must
  Rule: The session after one with CONT starts at the account's URI again
    The redirection holds for the session and no longer.

    Scenario: CONT with END, then another session
      Given the server sends the package
        | CONT | {server}/next |
        | END  |               |
      When the client runs 2 sessions
      Then the next session starts at the URI of the account again

  @CNT-05 @should
  Rule: Of several CONTs in one package the last counts, already for the package 3 that answers it
    Commands run in order, so the last one wins.

    Scenario: Two CONTs in one package
      Given the server sends the package
        | CONT | {server}/one |
        | CONT | {server}/two |
      When the client runs a session
      Then of several CONTs the last counts

    Scenario: The last of two CONTs leads to a server that is busy
      Given the server sends the package
        | CONT | {server}/one       |
        | CONT | {other server}/two |
      And the server answers 503
      When the client runs a session
      Then of several CONTs the last counts
