@client
Feature: Management objects, judged on the DM Client

  @MOM-01 @must
  Rule: The real name of an instance addresses its root and all below it
    Every other address rests on it.

    Scenario: The root of left
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-setting       | {left}Setting       |
        | HPUT | {repository}/right-setting      | {right}Setting      |
        | HPUT | {repository}/left-data-1-value  | {left}Data/1/Value  |
        | HPUT | {repository}/left-data-2-value  | {left}Data/2/Value  |
        | HPUT | {repository}/right-data-1-value | {right}Data/1/Value |
      And the server sends the package
        | HPUT | {repository}/addressed | {vectors}/left/ |
      When the client runs a session
      Then a real name addresses its instance

  @MOM-02 @must
  Rule: An empty instance name stands for the only instance; with two of them it addresses nothing
    A guess would act on the wrong object.

    Scenario: Two instances
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-setting  | {left}Setting  |
        | HPUT | {repository}/right-setting | {right}Setting |
      And the server sends the package
        | HPUT | {repository}/addressed | {vectors}// |
      When the client runs a session
      Then an empty instance name addresses nothing where there are two

  @MOM-03 @should
  Rule: An x-name in the place of the instance stands for the instance in which the node of its nv field has that value
    The server need not know the name that the client gave.

    Scenario: The root of right by its ID
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-setting       | {left}Setting       |
        | HPUT | {repository}/right-setting      | {right}Setting      |
        | HPUT | {repository}/left-data-1-value  | {left}Data/1/Value  |
        | HPUT | {repository}/left-data-2-value  | {left}Data/2/Value  |
        | HPUT | {repository}/right-data-1-value | {right}Data/1/Value |
        | HPUT | {repository}/right-data-2-value | {right}Data/2/Value |
      And the server sends the package
        | HPUT | {repository}/addressed | {vectors}/(x)/?nv=(x)/ID:Temperature |
      When the client runs a session
      Then an x-name addresses the instance with that value

  @MOM-04 @should
  Rule: A path below an x-name addresses the node in that instance
    The server need not know the name that the client gave.

    Scenario: A value of left by its ID
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-data-1-value  | {left}Data/1/Value  |
        | HPUT | {repository}/left-data-2-value  | {left}Data/2/Value  |
        | HPUT | {repository}/right-data-1-value | {right}Data/1/Value |
        | HPUT | {repository}/right-data-2-value | {right}Data/2/Value |
      And the server sends the package
        | HPUT | {repository}/addressed | {vectors}/(x)/Data/1/Value?nv=(x)/ID:GPS |
      When the client runs a session
      Then a path below an x-name addresses a node of that instance

  @MOM-05 @should
  Rule: An x-name in the path stands for the child in which the node of its nv field has that value
    Entries of a list are told apart by what they hold.

    Scenario: A value of right by its date
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-data-1-value  | {left}Data/1/Value  |
        | HPUT | {repository}/left-data-2-value  | {left}Data/2/Value  |
        | HPUT | {repository}/right-data-1-value | {right}Data/1/Value |
        | HPUT | {repository}/right-data-2-value | {right}Data/2/Value |
      And the server sends the package
        | HPUT | {repository}/addressed | {vectors}/right/Data/(x)/Value?nv=(x)/Date:12.1 |
      When the client runs a session
      Then an x-name in the path addresses the child with that value

  @MOM-06 @should
  Rule: Each of several x-names is resolved by its own nv field
    Each name on the way down may be unknown.

    Scenario: A value by ID and date
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-data-1-value  | {left}Data/1/Value  |
        | HPUT | {repository}/left-data-2-value  | {left}Data/2/Value  |
        | HPUT | {repository}/right-data-1-value | {right}Data/1/Value |
        | HPUT | {repository}/right-data-2-value | {right}Data/2/Value |
      And the server sends the package
        | HPUT | {repository}/addressed | {vectors}/(x)/Data/(y)/Value?nv=(x)/ID:GPS&nv=(y)/Date:12.2 |
      When the client runs a session
      Then each of several x-names is resolved by its own field

  @MOM-07 @should
  Rule: A wildcard in the place of the instance addresses the node in every instance
    One command reaches all objects of a kind.

    Scenario: Both Settings
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-setting      | {left}Setting      |
        | HPUT | {repository}/right-setting     | {right}Setting     |
        | HPUT | {repository}/left-data-1-value | {left}Data/1/Value |
      And the server sends the package
        | HPUT | {repository}/addressed | {vectors}/*/Setting |
      When the client runs a session
      Then a wildcard addresses the node in every instance

  @MOM-08 @should
  Rule: A wildcard in the path below an x-name addresses the node below every child of that instance and of no other
    One command reaches a whole list.

    Scenario: Both values of left
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-data-1-value  | {left}Data/1/Value  |
        | HPUT | {repository}/left-data-2-value  | {left}Data/2/Value  |
        | HPUT | {repository}/right-data-1-value | {right}Data/1/Value |
        | HPUT | {repository}/right-data-2-value | {right}Data/2/Value |
      And the server sends the package
        | HPUT | {repository}/addressed | {vectors}/(x)/Data/*/Value?nv=(x)/ID:GPS |
      When the client runs a session
      Then a wildcard below an x-name addresses every child of that instance

  @MOM-09 @should
  Rule: Of several nv fields for one x-name all must be met; where none meets them all, the address resolves to nothing
    Each field narrows what the others leave.

    Scenario: An ID of one instance and a Setting of the other
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-data-1-value  | {left}Data/1/Value  |
        | HPUT | {repository}/left-data-2-value  | {left}Data/2/Value  |
        | HPUT | {repository}/right-data-1-value | {right}Data/1/Value |
        | HPUT | {repository}/right-data-2-value | {right}Data/2/Value |
      And the server sends the package
        | HPUT | {repository}/one-field | {vectors}/(x)/Data/*/Value?nv=(x)/ID:GPS                     |
        | HPUT | {repository}/addressed | {vectors}/(x)/Data/*/Value?nv=(x)/ID:GPS&nv=(x)/Setting:0xB2 |
      When the client runs a session
      Then several fields for one x-name must all be met

  @MOM-10 @should
  Rule: Several wildcards address every combination
    One command reaches the lists of all objects.

    Scenario: All four values
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-data-1-value  | {left}Data/1/Value  |
        | HPUT | {repository}/left-data-2-value  | {left}Data/2/Value  |
        | HPUT | {repository}/right-data-1-value | {right}Data/1/Value |
        | HPUT | {repository}/right-data-2-value | {right}Data/2/Value |
        | HPUT | {repository}/left-setting       | {left}Setting       |
        | HPUT | {repository}/right-setting      | {right}Setting      |
      And the server sends the package
        | HPUT | {repository}/addressed | {vectors}/*/Data/*/Value |
      When the client runs a session
      Then several wildcards address every combination

  @MOM-12 @must
  Rule: GET of a leaf returns its value
    That is what it is for.

    Scenario: A leaf of the sample object
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/uploaded | {sample}Setting |
      And the server sends the package
        | GET | {sample}Setting |
      When the client runs a session
      Then GET of a leaf returns its value

  @MOM-13 @must
  Rule: GET of an interior node returns all that lies below it
    The server sees the whole of an object in one round.

    Scenario: An interior node of the sample object
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/one | {sample}Data/1/Value |
        | HPUT | {repository}/two | {sample}Data/2/Value |
      And the server sends the package
        | GET | {sample}Data |
      When the client runs a session
      Then GET of an interior node returns the subtree

  @MOM-14 @must
  Rule: DELETE of a node removes its children, too
    A child without its parent could never be reached again.

    Scenario: An interior node of the sample object
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/one | {sample}Data/1/Value |
        | HPUT | {repository}/two | {sample}Data/2/Value |
      And the server sends the package
        | DELETE | {sample}Data |
      And the server sends the package
        | HPUT | {repository}/one-again | {sample}Data/1/Value |
        | HPUT | {repository}/two-again | {sample}Data/2/Value |
      When the client runs a session
      Then DELETE removes the children too

  @MOM-15 @must
  Rule: EXEC of an executable node runs it
    That is what it is for; that it ran is seen by the alert that it raises.

    Scenario: A node that raises an alert
      Given the server sends the package
        | HPUT | {repository}/before | {devInfo}Man |
      And the server sends the package
        | EXEC | {executableWithAlert} |
      And in the next session the server sends the package
        | HPUT | {repository}/after | {devInfo}Man |
      When the client runs 2 sessions
      Then EXEC runs an executable node

  @MOM-16 @should
  Rule: A ServerURI that DEFAULT gave for an MO is used when local software needs that MO and it is absent
    Software that is told where its settings lie need not wait for a server.

    Scenario: A node of an absent MO is set by the device
      Given the server sends the package
        | DEFAULT | {repository}/default | {spareMo} |
      And in the next session the server sends the package
        | HPUT | {repository}/now | {devInfo}Man |
      When the client runs a session
      And the device changes {spareMo}//Level
      And the client runs a session
      Then DEFAULT is used when its MO is needed

  @MOM-17 @should
  Rule: SUB makes the client report every change below the node by PUT of the subtree
    A server that subscribed need not ask again.

    Scenario: Two changes below the sample object
      Given the client holds a sample object
      And the server sends the package
        | SUB | {sample} | {repository}/report |
      And in the next session the server sends the package
        | HPUT | {repository}/now | {sample}Setting |
      When the client runs a session
      And the device changes {sample}Setting
      And the device changes {sample}Data/1/Value
      And the client runs a session
      Then SUB reports every change by PUT

  @MOM-18 @should
  Rule: After UNSUB no change is reported any more
    A server that has heard enough must be able to say so.

    Scenario: A change before UNSUB and one after it
      Given the client holds a sample object
      And the server sends the package
        | SUB | {sample} | {repository}/report |
      And in the next session the server sends the package
        | UNSUB | {sample} |
      And in the next session the server sends the package
        | HPUT | {repository}/now | {sample}Setting |
      When the client runs a session
      And the device changes {sample}Setting
      And the client runs a session
      And the device changes {sample}Note
      And the client runs a session
      Then UNSUB stops the reports of its SUB

  @MOM-19 @must
  Rule: A client that has SUB has UNSUB, and revokes by it a SUB with exactly that ClientURI
    A subscription that cannot be ended is a leak.

    Scenario: SUB, then UNSUB
      Given the client holds a sample object
      And the server sends the package
        | SUB | {sample}Data | {repository}/report |
      And the server sends the package
        | UNSUB | {sample}Data |
      When the client runs a session
      Then a client with SUB has UNSUB

  @MOM-20 @must
  Rule: A ClientURI that resolves to nothing, or to several nodes where one is needed, is an error and changes nothing
    What is not clearly meant is not done (D-23 for several nodes).

    Scenario: A node of the only instance, where there are two
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-setting  | {left}Setting  |
        | HPUT | {repository}/right-setting | {right}Setting |
      And the server sends the package
        | DELETE | {vectors}//Setting |
      And the server sends the package
        | HPUT | {repository}/left-again  | {left}Setting  |
        | HPUT | {repository}/right-again | {right}Setting |
      When the client runs a session
      Then an address of nothing or of too much is an error and changes nothing

    Scenario: EXEC of a node that is not there
      Given the server sends the package
        | EXEC | {absent} |
      When the client runs a session
      Then an address of nothing or of too much is an error and changes nothing

    Scenario: One value for two nodes
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/left-setting  | {left}Setting  |
        | HPUT | {repository}/right-setting | {right}Setting |
      And the server sends the package
        | HGET | {repository}/value | {vectors}/*/Setting |
      And the server sends the package
        | HPUT | {repository}/left-again  | {left}Setting  |
        | HPUT | {repository}/right-again | {right}Setting |
      When the client runs a session
      Then an address of nothing or of too much is an error and changes nothing

  @MOM-21 @should
  Rule: A read with a cache validator that is not valid gets the data
    An old copy is worth nothing.

    Scenario: A validator that the client never gave
      Given the server sends the package
        | GET | {cacheable} |
      And the server sends the package
        | GET | {cacheable}?cv=never-given |
      When the client runs a session
      Then a read with a stale cache validator gets the data

  @MOM-22 @must
  Rule: A server cannot manage an MO whose MOID its DM Account does not name
    An account says what its server is for.

    Scenario: A node of an MO that no account names
      Given the server sends the package
        | HPUT   | {repository}/allowed | {devInfo}Man     |
        | HPUT   | {repository}/read    | {outsideAccount} |
        | HGET   | {repository}/write   | {outsideAccount} |
        | DELETE | {outsideAccount}     |                  |
      When the client runs a session
      Then an MO outside the account cannot be managed

    Scenario: A second server whose account names another MO
      Given the client is as it was after its start
      And the server sends the package
        | HPUT | {repository}/first | {left}Setting |
      And in its session the second server sends the package
        | HPUT   | {repository}/allowed | {devInfo}Man  |
        | HPUT   | {repository}/read    | {left}Setting |
        | DELETE | {left}Setting        |               |
      When the client runs a session
      And a second server that may manage {devInfo} is bootstrapped
      Then an MO outside the account cannot be managed

  @MOM-23 @should
  Rule: With access control a server has no right to an instance that another server created and did not delegate to it
    Two servers of one device must not spoil each other's work (D-53).

    Scenario: The first server's object and a second server
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/first | {sample}Setting |
      And in its session the second server sends the package
        | HPUT   | {repository}/read  | {sample}Setting |
        | HGET   | {repository}/write | {sample}Setting |
        | DELETE | {sample}Setting    |                 |
      And in the next session the server sends the package
        | HPUT | {repository}/again | {sample}Setting |
      When the client runs a session
      And a second server that may manage {vectors} is bootstrapped
      And the client runs a session
      Then an instance that another server created is out of reach

  @MOM-24 @must
  Rule: Without access control every bootstrapped server has all rights to the instances of the MOIDs in its account
    Nobody is there who could give more (D-53).

    Scenario: A second server reads, writes and deletes
      Given the client is as it was after its start
      And the server sends the package
        | HPUT   | {repository}/left  | {left}Setting  |
        | HPUT   | {repository}/right | {right}Setting |
        | HGET   | {repository}/first | {right}Setting |
        | DELETE | {right}Setting     |                |
      And in its session the second server sends the package
        | HPUT   | {repository}/read  | {left}Setting |
        | HGET   | {repository}/write | {left}Setting |
        | DELETE | {left}Setting      |               |
      When the client runs a session
      And a second server that may manage {vectors} is bootstrapped
      Then without access control a second server has all rights

  @MOM-25 @must
  Rule: DevInfo and DM Account exist with their required nodes, and DmV is 2.0
    A server that knows nothing else of a device can rest on these.

    Scenario: Every required node is read
      Given the server sends the package
        | HPUT | {repository}/devid   | {devInfo}DevID   |
        | HPUT | {repository}/man     | {devInfo}Man     |
        | HPUT | {repository}/mod     | {devInfo}Mod     |
        | HPUT | {repository}/dmv     | {devInfo}DmV     |
        | HPUT | {repository}/lang    | {devInfo}Lang    |
        | HPUT | {repository}/devtype | {devInfo}DevType |
        | HPUT | {repository}/oem     | {devInfo}OEM     |
        | HPUT | {repository}/fwv     | {devInfo}FwV     |
        | HPUT | {repository}/swv     | {devInfo}SwV     |
        | HPUT | {repository}/hwv     | {devInfo}HwV     |
      And the server sends the package
        | HPUT | {repository}/srvid  | {account}SrvID  |
        | HPUT | {repository}/srvuri | {account}SrvURI |
        | HPUT | {repository}/name   | {account}Name   |
      When the client runs a session
      Then DevInfo and DM Account have their required nodes

  @MOM-26 @must
  Rule: The nodes of the DM Account without Get access cannot be read, neither by themselves nor with a node above them
    What a server may manage, and the device's own keys, are nobody's business.

    Scenario: Each by itself, and the whole account
      Given the server sends the package
        | HPUT | {repository}/id     | {account}SrvID                          |
        | HPUT | {repository}/perm   | {account}Perm                           |
        | HPUT | {repository}/moid   | {account}Perm/*/MOID                    |
        | HPUT | {repository}/key    | {account}Auth/Trsp/Secret               |
        | HPUT | {repository}/pair   | {account}Auth/Bootstrap/ClientSecretKey |
        | HPUT | {repository}/secret | {secret}                                |
      And the server sends the package
        | HPUT | {repository}/account | {account} |
      When the client runs a session
      Then the secret nodes of the account cannot be read

  @MOM-27 @must
  Rule: EXEC of a node that is not executable is refused
    Only what is made to run can be run.

    Scenario: A leaf of DevInfo
      Given the server sends the package
        | HPUT | {repository}/man | {devInfo}Man |
        | EXEC | {devInfo}Man     |              |
      When the client runs a session
      Then EXEC of another node is refused

  @MOM-28 @should
  Rule: A new DEFAULT for an MO replaces the one before
    Two sources for one MO would leave it to chance which one counts.

    Scenario: A second DEFAULT for the same MO
      Given the server sends the package
        | DEFAULT | {repository}/old | {spareMo} |
        | DEFAULT | {repository}/new | {spareMo} |
      And in the next session the server sends the package
        | HPUT | {repository}/now | {devInfo}Man |
      When the client runs a session
      And the device changes {spareMo}//Level
      And the client runs a session
      Then a new DEFAULT replaces the old

  @MOM-29 @should
  Rule: The cache validator of an instance changes when the instance does
    Else a copy could never be told to be old.

    Scenario: A leaf of the sample object is replaced
      Given the client holds a sample object
      And the server sends the package
        | GET | {sample} |
      And the server sends the package
        | HGET | {repository}/new | {sample}Setting |
      And the server sends the package
        | GET | {sample} |
      When the client runs a session
      Then the cache validator changes with the instance

  @MOM-30 @should
  Rule: The server that created an instance has all rights to it
    Who brings an object must be able to care for it.

    Scenario: An object of the second server
      Given the client is as it was after its start
      And the server sends the package
        | HGET | {repository}/first |
      And the server asks for all that was reported
      And the server deletes what was reported
      And in its session the second server sends the package
        | HGET | {repository}/own |
      And the server asks for all that was reported
      And the server deletes what was reported
      When the client runs a session
      And a second server that may manage {vectors} is bootstrapped
      Then the creator of an instance has all rights to it
