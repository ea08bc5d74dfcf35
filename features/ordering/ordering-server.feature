@server
Feature: Ordering, judged on the DM Server

  @ORD-09 @must
  Rule: One package 2 goes out for each package 1 or 3, with no unsolicited and no second response
    A client that gets two cannot know which of them counts.

    Scenario: Two sessions on one connection
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs 2 sessions
      And the connection stays open for a while
      Then one #2 goes out for each #1 or #3

  @ORD-11 @must
  Rule: The server sends a plan in the order in which it was given, repeats included
    The client keeps the order that it is sent; the server must send the order that was meant.

    Scenario: A plan with repeats
      Given the server is to send "the device"
        | 1 | HPUT  | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 1 | HPOST | http://repository.example/same   | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 1 | HPOST | http://repository.example/same   | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT  | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
        | 3 | HPUT  | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Lang |
      When the device runs a session
      Then the server sends the plan in its order
