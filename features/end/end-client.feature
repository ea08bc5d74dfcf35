@client
Feature: The end of a session, judged on the DM Client

  @END-03 @must
  Rule: Every command of the END package runs, whichever place END has in it
    END speaks of the session, not of the commands around it (D-15).

    Scenario Outline: END in place <place> of four
      Given the server sends the package
        | HPUT | {repository}/before | {devInfo}Man |
      And the server sends the package with END in place <place>
        | HPUT | {repository}/a | {devInfo}Man |
        | GET  | {absent}       |              |
        | HPUT | {repository}/b | {devInfo}Man |
      When the client runs a session
      Then every command of the END package runs

      Examples: Every place
        | place |
        | 1     |
        | 2     |
        | 3     |
        | 4     |

    Scenario: A DELETE before END is read back in the next session
      Given the client holds a sample object
      And the server sends the package
        | HPUT   | {repository}/before | {sample}Note |
        | HPUT   | {repository}/first  | {devInfo}Man |
        | DELETE | {sample}Setting     |              |
      And the server sends the package
        | DELETE | {sample}Note      |                 |
        | END    |                   |                 |
        | HPUT   | {repository}/last | {devInfo}Man    |
      And in the next session the server sends the package
        | HPUT | {repository}/after | {sample}Note |
      When the client runs 2 sessions
      Then every command of the END package runs

  @END-04 @must
  Rule: No status and no result is sent for the END package
    The server has hung up.

    Scenario: A package with work, a read and END
      Given the server sends the package
        | HPUT | {repository}/man | {devInfo}Man |
        | GET  | {devInfo}Man     |              |
        | END  |                  |              |
      When the client runs a session
      Then no status and no result is sent for the END package

  @END-05 @must
  Rule: No package of the session is sent after END. SUB reports, transfers still under way and a new session for an asynchronous EXEC are legal
    The server has hung up.

    Scenario: A session of two packages
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then nothing more of the session is sent

  @END-06 @must
  Rule: An alert that a command of the END package raised arrives in the next session
    The server has hung up, and the event has not been delivered.

    Scenario: A node that raises an alert is executed twice, the second time in the END package
      Given the server sends the package
        | EXEC | {executableWithAlert} |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | EXEC | {executableWithAlert} |
        | END  |                       |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When the client runs 4 sessions
      Then the alert raised in the END package arrives in the next session

  @END-07 @must
  Rule: The client never sends END or any other command
    Commands go one way.

    Scenario: A package with work is answered
      Given the server sends the package
        | HPUT  | {repository}/one   | {devInfo}Man |
        | HPUT  | {repository}/two   | {devInfo}Mod |
        | HPOST | {repository}/three | {devInfo}Man |
      When the client runs a session
      Then the client sends no command

  @END-10 @must
  Rule: A package that holds END alone ends the session
    END needs no company.

    Scenario: Nothing but END
      Given the server sends the package
        | END |
      When the client runs a session
      Then the package with END alone ends the session

  @END-11 @must
  Rule: Without END the session goes on; the client does not leave by itself
    Only the server knows whether there is more to do.

    Scenario: Three packages without END
      Given the server sends the package
        | GET | {devInfo}Man |
      And the server sends the package
        | GET | {devInfo}Mod |
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then the client does not leave the session by itself
