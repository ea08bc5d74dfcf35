@client
Feature: The basic flow, judged on the DM Client

  @FLW-01 @may
  Rule: Package 1 may carry device information, a device profile (MOS) and alerts; each of them may be absent
    What the client has to say is its own affair; nothing of it is required.

    Scenario: The client opens a session
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then #1 is legal with or without device information, MOS and alerts

  @FLW-05 @must
  Rule: When status is wanted it comes; every package 2 without END is answered by a package 3
    Status is wanted unless the package says END (D-03).

    Scenario: Two packages without END
      Given the server sends the package
        | GET | {devInfo}Man |
      And the server sends the package
        | GET | {devInfo}Mod |
      When the client runs a session
      Then every #2 without END is answered by a #3

  @FLW-06 @must
  Rule: When status is not wanted none comes; no package 3 follows a package 2 with END
    The server does not wait for it (D-03).

    Scenario: A package with work and END
      Given the server sends the package
        | HPUT | {repository}/man | {devInfo}Man |
        | END  |                  |              |
      When the client runs a session
      Then no #3 comes where none is wanted

  @FLW-08 @must
  Rule: The iteration may run many times; 10 rounds are followed to the end
    The server decides when it is done, not the client.

    Scenario: 10 rounds
      Given the server sends the package 10 times
        | GET | {devInfo}Man |
      When the client runs a session
      Then the client follows 10 rounds to the end

  @FLW-09 @must
  Rule: The same command may stand many times in a package and is handled each time
    Commands are a sequence, not a set.

    Scenario: Five uploads of five nodes
      Given the server sends the package
        | HPUT | {repository}/1 | {devInfo}Man     |
        | HPUT | {repository}/2 | {devInfo}Mod     |
        | HPUT | {repository}/3 | {devInfo}DevType |
        | HPUT | {repository}/4 | {devInfo}OEM     |
        | HPUT | {repository}/5 | {devInfo}Lang    |
      When the client runs a session
      Then the same command is handled each time it stands in the package

  @FLW-10 @must
  Rule: Any subset of the commands, in any order, is handled
    The flow knows no fixed order of commands and no command that must be there.

    Scenario: Seeded mixtures of the commands that every client has
      Given the server sends 6 seeded mixtures of
        | HPUT   | {repository}/put  | {devInfo}Man |
        | HPOST  | {repository}/post | {devInfo}Mod |
        | HGET   | {repository}/get  |              |
        | DELETE | {absent}          |              |
        | EXEC   | {absent}          |              |
        | CONT   | {server}/go-on    |              |
      When the client runs a session
      Then any mixture of commands is handled

  @FLW-14 @must
  Rule: One initiation alert stands in package 1; two or more are a violation, none is worth a warning
    A session has one reason (D-29).

    Scenario: The client opens a session
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then one initiation alert stands in #1

  @FLW-15 @should
  Rule: The iteration may run very many times; 200 rounds are followed to the end, also on less capable devices
    The server decides when it is done, not the client.

    Scenario: 200 rounds
      Given the server sends the package 200 times
        | GET | {devInfo}Man |
      When the client runs a session
      Then the client follows 200 rounds to the end

  @FLW-12 @must
  Rule: REQ-MOS in the notification brings the list of supported MOs in package 1
    A server that has not met the device learns what it can manage there.

    Scenario: The server asks for the supported MOs
      When the server notifies the client with REQ-MOS
      Then #1 lists the supported MOs

  @FLW-13 @must
  Rule: After REQ-MOS each listed MO has its DDF link, MOID and MIIDs; an empty list of MIIDs is legal
    The link says what the object looks like, the others how it is addressed.

    Scenario: The server asks for the supported MOs
      When the server notifies the client with REQ-MOS
      Then each listed MO has its DDF link, MOID and MIIDs
