@server
Feature: The end of a session, judged on the DM Server

  @END-01 @must
  Rule: The server ends a session by END, and by nothing else while the client behaves
    A session has one end, and both sides see the same.

    Scenario: A plan of two packages
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session
      Then the server ends the session by END

  @END-02 @should
  Rule: END stands at most once in a package
    A second END says nothing.

    Scenario: A plan of two packages
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session
      Then END stands at most once in a package

  @END-08 @must
  Rule: A package 3 that comes after END brings no command but END
    With END the client has lost its right to more.

    Scenario: A #3 after END
      When the device sends a #3 after END
      Then the late #3 brings no command but END

    Scenario: A #3 after END, while there is work for the next session
      Given the server is to send "the device"
        | 1 | END  |                                  |                                    |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      When the device sends a #3 after END
      Then the late #3 brings no command but END

  @END-09 @must
  Rule: A server with nothing left to do sends END rather than an empty package
    An empty package would ask for statuses of nothing, for ever.

    Scenario: The plan is done
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session
      Then the server with nothing left to do sends END

  @END-12 @should
  Rule: A package 3 that comes after END is refused with a 4xx
    A refusal tells the client at once that something is wrong with it (D-10).

    Scenario: A #3 after END
      When the device sends a #3 after END
      Then the late #3 is refused with a 4xx
