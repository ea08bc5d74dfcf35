@client
Feature: Status, judged on the DM Client

  @STA-01 @must
  Rule: Package 3 holds as many statuses as the package it answers holds commands
    The place in the list is all that ties a status to its command.

    Scenario: Commands that succeed, fail and are unknown
      Given the server sends the package
        | HPUT       | {repository}/man | {devInfo}Man |
        | GET        | {devInfo}Mod     |              |
        | DELETE     | {absent}         |              |
        | FROBNICATE | {devInfo}Mod     |              |
      When the client runs a session
      Then there are as many statuses as commands

  @STA-02 @must
  Rule: The member sc of a status is a number from 100 to 599; one outside the codes that DM names is worth a warning
    The codes are those of HTTP, and a server acts on their class.

    Scenario: Commands that succeed, fail and are unknown
      Given the server sends the package
        | HPUT       | {repository}/man | {devInfo}Man |
        | GET        | {devInfo}Mod     |              |
        | DELETE     | {absent}         |              |
        | FROBNICATE | {devInfo}Mod     |              |
      When the client runs a session
      Then every status code is a number from 100 to 599

  @STA-03 @must
  Rule: HGET without a ClientURI reports where the data was stored
    The client chose the place; nobody else knows it.

    Scenario: An object is delivered without an address
      Given the server sends the package
        | HGET | {repository}/object |
      When the client runs a session
      Then HGET without a ClientURI reports where it stored

    Scenario: A second object is delivered in the session
      Given the client holds a sample object
      And the server sends the package
        | HGET | {repository}/object |
      When the client runs a session
      Then HGET without a ClientURI reports where it stored

  @STA-04 @must
  Rule: HGET that stored in several places reports them all
    What is not reported cannot be managed.

    Scenario Outline: <number> objects are delivered at once
      Given the repository holds <number> objects at {repository}/objects
      And the server sends the package
        | HGET | {repository}/objects |
      And the server asks for all that was reported
      When the client runs a session
      Then HGET reports all places where it stored

      Examples: few and many
        | number |
        | 2      |
        | 12     |

  @STA-05 @must
  Rule: EXEC with a ServerURI is answered 202 and reported later by an alert in a new session, to that ServerURI
    The result comes when it is there, and the session does not wait for it.

    Scenario: A node is executed and reports to an address
      Given the server sends the package
        | EXEC | {executable} | {server}/result |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then EXEC is answered 202 and reported later by an alert

  @STA-06 @must
  Rule: A read or DELETE of a node that is not there is answered 404
    The server must be able to tell what is absent from what is refused.

    Scenario: Reads of a node that never was
      Given the server sends the package
        | GET | {absent} |  |
      And the server sends the package
        | HPUT  | {repository}/one | {absent} |
        | HPOST | {repository}/two | {absent} |
      When the client runs a session
      Then a node that is not there is answered 404

    Scenario: A node is deleted twice and read
      Given the client holds a sample object
      And the server sends the package
        | DELETE | {sample}Note     |              |
        | DELETE | {sample}Note     |              |
        | HPUT   | {repository}/one | {sample}Note |
      When the client runs a session
      Then a node that is not there is answered 404

  @STA-07 @must
  Rule: DELETE of a permanent node is answered 405 and the node stays
    The device needs it, whatever a server thinks.

    Scenario: A permanent node is read, deleted and read
      Given the server sends the package
        | HPUT | {repository}/before | {permanent} |
      And the server sends the package
        | DELETE | {permanent} |
      And the server sends the package
        | HPUT | {repository}/after | {permanent} |
      When the client runs a session
      Then DELETE of a permanent node is answered 405 and the node stays

  @STA-08 @must
  Rule: A command that is unknown or not implemented is answered 501, in its place
    The server may be newer than the client (D-05).

    Scenario: An unknown command between two known ones
      Given the server sends the package
        | HPUT       | {repository}/one | {devInfo}Man |
        | FROBNICATE | {devInfo}Man     |              |
        | HPUT       | {repository}/two | {devInfo}Man |
      When the client runs a session
      Then an unknown command is answered 501 in its place

    Scenario: The same unknown command again
      Given the server sends the package
        | FROBNICATE | {devInfo}Man |
      And the server sends the package
        | FROBNICATE | {devInfo}Man |
      When the client runs a session
      Then an unknown command is answered 501 in its place

  @STA-09 @must
  Rule: A command with missing or excess parameters is answered 400, in its place
    A command whose parameters do not fit cannot be guessed at (D-05).

    Scenario Outline: <command> with <parameters>
      Given the server sends the package
        | HPUT      | {repository}/one | {devInfo}Man |
        | <command> | <first>          | <second>     |
      When the client runs a session
      Then a command with wrong parameters is answered 400 in its place

      Examples: Wrong parameters
        | command | parameters   | first            | second   |
        | HGET    | none         |                  |          |
        | HPUT    | no ClientURI | {repository}/two |          |
        | CONT    | none         |                  |          |
        | DELETE  | one too many | {absent}         | {absent} |

  @STA-10 @must
  Rule: A read with a valid cache validator is answered 304 without data
    What the server has already need not travel again.

    Scenario: An instance is read twice
      Given the server sends the package
        | GET | {cacheable} |
      And the server reads {cacheable} again with the validator that came
      When the client runs a session
      Then a read with a valid cache validator is answered 304 without data

  @STA-11 @must
  Rule: UNSUB that matches no SUB is answered 404
    The server learns that it is mistaken.

    Scenario: Nobody subscribed
      Given the client holds a sample object
      And the server sends the package
        | UNSUB | {sample}Note |
      When the client runs a session
      Then UNSUB without a SUB is answered 404

    Scenario: Another node of the object is subscribed to
      Given the client holds a sample object
      And the server sends the package
        | SUB | {sample}Setting | {repository}/report |
      And the server sends the package
        | UNSUB | {sample}Note |
      And the server sends the package
        | UNSUB | {sample}Setting |
      When the client runs a session
      Then UNSUB without a SUB is answered 404

  @STA-12 @must @GET
  Rule: Management data that was asked for comes with the status
    GET is asked for its data.

    Scenario: A leaf is read
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then the data that was asked for comes with the status

    Scenario: A leaf is read again
      Given the server sends the package
        | GET | {devInfo}Man |
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then the data that was asked for comes with the status

  @STA-13 @must
  Rule: A media type that the repository asks for and the client lacks is reported as 406 for that command
    The server then knows that it is the type, and not the address, that does not fit.

    Scenario Outline: The repository refuses an upload by <status> and names a type of its own
      Given the repository answers <status> at {repository}/picky and wants application/vnd.dmconform.none
      And the server sends the package
        | HPUT  | {repository}/picky | {devInfo}Man |
        | HPOST | {repository}/picky | {devInfo}Man |
      When the client runs a session
      Then a media type that the client lacks is reported as 406

      Examples: Refusals of a type
        | status |
        | 406    |
        | 415    |

  @STA-14 @must
  Rule: HGET whose repository answers 4xx or 5xx, or cannot be reached, has an error status, and the tree is as before
    Half an update is worse than none.

    Scenario Outline: The repository answers <status>
      Given the client holds a sample object
      And the repository answers <status> at {repository}/bad
      And the server sends the package
        | HPUT | {repository}/before | {sample}Note |
      And the server sends the package
        | HGET | {repository}/bad | {sample}Setting |
      And the server sends the package
        | HPUT | {repository}/now | {sample}Setting |
      When the client runs a session
      Then HGET from a failing repository has an error status and the tree is as before

      Examples: Error statuses
        | status |
        | 404    |
        | 410    |
        | 503    |

    Scenario: The repository cannot be reached
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/before | {sample}Note |
      And the server sends the package
        | HGET | {nowhere} | {sample}Setting |
      And the server sends the package
        | HPUT | {repository}/now | {sample}Setting |
      When the client runs a session
      Then HGET from a failing repository has an error status and the tree is as before

  @STA-15 @must
  Rule: A command that needs a right which the server lacks is refused, and nothing changes
    A right that is not there cannot be taken.

    Scenario: DevInfo is written and deleted
      Given the server sends the package
        | HPUT | {repository}/before | {devInfo}Man |
      And the server sends the package
        | HGET | {repository}/new | {devInfo}Man |
      And the server sends the package
        | DELETE | {devInfo}Man |
      And the server sends the package
        | HPUT | {repository}/after | {devInfo}Man |
      When the client runs a session
      Then a command without the right to it is refused and nothing changes

  @STA-16 @must
  Rule: A status is true; 200 is said only of what was done, as reading back shows
    A status that lies is worse than none.

    Scenario: A value is fetched and read back
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/before | {sample}Setting |
      And the server sends the package
        | HGET | {repository}/new | {sample}Setting |
      And the server sends the package
        | HPUT | {repository}/back | {sample}Setting |
      When the client runs a session
      Then 200 is said only of what was done

  @STA-17 @must
  Rule: Package 3 leaves only when every command of the package it answers is complete
    The statuses would otherwise tell of work that can still fail.

    Scenario: The last fetch is one byte short
      Given the server sends the package
        | HPUT | {repository}/fast | {devInfo}Man |
        | HGET | {repository}/slow |              |
      And the repository withholds its answer at {repository}/slow
      When the client runs a session
      Then no #3 leaves before every command is complete

  @STA-18 @must @GET
  Rule: GET returns the addressed nodes and nothing else
    What the server did not ask for it may have no right to.

    Scenario: A leaf among its siblings
      Given the client holds a sample object
      And the server sends the package
        | GET | {sample}Setting |
      When the client runs a session
      Then GET returns the addressed nodes and nothing else

    Scenario: Two leaves, each by itself
      Given the client holds a sample object
      And the server sends the package
        | GET | {sample}Setting |
        | GET | {sample}Note    |
      When the client runs a session
      Then GET returns the addressed nodes and nothing else
