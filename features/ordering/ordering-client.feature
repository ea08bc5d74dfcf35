@client
Feature: Ordering, judged on the DM Client

  @ORD-01 @must
  Rule: The commands of a package run in the order in which the server delivered them
    A later command may rest on what an earlier one did.

    Scenario: Four transfers
      Given the server sends the package
        | HPUT  | {repository}/d | {devInfo}Man |
        | HPOST | {repository}/b | {devInfo}Mod |
        | HGET  | {repository}/c |              |
        | HPUT  | {repository}/a | {devInfo}Man |
      When the client runs a session
      Then the commands run in the order delivered

  @ORD-02 @must
  Rule: A command starts only when the one before it is complete. SHOW is complete when the browser is launched, an asynchronous EXEC when it is accepted, every other command when its work is done
    Order of starts alone would let two commands meet in the tree.

    Scenario: The first upload is held back
      Given the server sends the package
        | HPUT | {repository}/slow       | {devInfo}Man |
        | HPUT | {other repository}/fast | {devInfo}Man |
      And the repository withholds its answer at {repository}/slow
      When the client runs a session
      Then no command starts before the one before it is complete

  @ORD-03 @must
  Rule: A later command sees what an earlier one of the same package did
    That is what the order is for.

    Scenario: A fetched value is uploaded
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/before | {sample}Setting |
      And the server sends the package
        | HGET  | {repository}/new  | {sample}Setting |
        | HPOST | {repository}/back | {sample}Setting |
      And the server sends the package
        | HPOST | {repository}/later | {sample}Setting |
      When the client runs a session
      Then a later command sees what an earlier one did

    Scenario: The fetch takes its time
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/before | {sample}Note |
      And the server sends the package
        | HGET  | {repository}/slow       | {sample}Setting |
        | HPOST | {other repository}/back | {sample}Setting |
      And the server sends the package
        | HPOST | {repository}/later | {sample}Setting |
      And the repository withholds its answer at {repository}/slow
      When the client runs a session
      Then a later command sees what an earlier one did

    Scenario: A deleted node is read
      Given the client holds a sample object
      And the server sends the package
        | DELETE | {sample}Note     |              |
        | HPUT   | {repository}/one | {sample}Note |
      And the server sends the package
        | HPUT | {repository}/two | {sample}Note |
      When the client runs a session
      Then a later command sees what an earlier one did

    Scenario: A node is fetched, deleted and fetched again
      Given the client holds a sample object
      And the server sends the package
        | HGET   | {repository}/first  | {sample}Note |
        | DELETE | {sample}Note        |              |
        | HGET   | {repository}/second | {sample}Note |
        | HPUT   | {repository}/one    | {sample}Note |
      And the server sends the package
        | HPUT | {repository}/two | {sample}Note |
      When the client runs a session
      Then a later command sees what an earlier one did

  @ORD-04 @must
  Rule: The statuses of package 3 stand in the order of the commands they answer
    The place in the list is all that ties a status to its command.

    Scenario: Commands with known statuses in seeded orders
      Given the server sends each command alone and then all in 4 seeded orders
        | GET        | {devInfo}Man     |              |
        | DELETE     | {absent}         |              |
        | HPUT       | {repository}/man | {devInfo}Man |
        | FROBNICATE | {devInfo}Man     |              |
        | GET        | {devInfo}Mod     |              |
        | HGET       |                  |              |
      When the client runs a session
      Then the statuses stand in the order of the commands

  @ORD-05 @must
  Rule: Equal commands that stand repeatedly run as often as they stand, each in its place
    A repeat is an order of its own, not a duplicate.

    Scenario: The same upload three times
      Given the server sends the package
        | HPOST | {repository}/again | {devInfo}Man |
        | HPOST | {repository}/again | {devInfo}Man |
        | HPOST | {repository}/again | {devInfo}Man |
      When the client runs a session
      Then repeated commands run as often as they stand

  @ORD-06 @must
  Rule: A command that failed does not stop the ones after it
    Each command has its own status, so each has its own fate (D-05).

    Scenario: An upload after a failure
      Given the server sends the package
        | HPUT | {repository}/before | {devInfo}Man |
      And the server sends the package
        | DELETE | {absent}           |              |
        | HPUT   | {repository}/after | {devInfo}Man |
      When the client runs a session
      Then the commands after a failed one run

  @ORD-07 @must @SHOW
  Rule: SHOW does not hold up the commands after it
    A person may look at the page for hours (D-01, D-02).

    Scenario: An upload after a page that keeps loading
      Given the server sends the package
        | SHOW | {pages}/question   |              |
        | HPUT | {repository}/after | {devInfo}Man |
      And the page at {pages}/question keeps loading
      When the client runs a session
      Then SHOW does not hold up the commands after it

  @ORD-08 @must
  Rule: A long package keeps the order; 10 commands run and are answered in sequence
    The order does not wear off with length.

    Scenario: 10 uploads
      Given the server sends a package of 10 uploads
      When the client runs a session
      Then 10 commands of one package keep their order

  @ORD-10 @must
  Rule: A command that failed has its own status in its place; no status is missing and none has moved
    One missing status would shift all that follow it.

    Scenario: A failure between two successes
      Given the server sends each command alone and then all in one package
        | GET    | {devInfo}Man     |              |
        | HPUT   | {repository}/man | {devInfo}Man |
        | DELETE | {absent}         |              |
        | GET    | {devInfo}Mod     |              |
      When the client runs a session
      Then a failed command has its own status in its place

  @ORD-12 @should
  Rule: A very long package keeps the order; 1,000 commands run and are answered in sequence
    The order does not wear off with length.

    Scenario: 1,000 commands
      Given the server sends a package of 1000 commands, every tenth an upload
      When the client runs a session
      Then 1000 commands of one package keep their order
