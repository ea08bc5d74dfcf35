@server
Feature: The basic flow, judged on the DM Server

  @FLW-02 @must
  Rule: Package 1 is accepted with and without MOS and alerts
    What the client has to say is its own affair; nothing of it is required.

    Scenario Outline: A #1 with <form>
      When the device runs a session whose #1 has <form>
      Then #1 is accepted with and without MOS and alerts

      Examples: Forms of a #1
        | form                  |
        | MOS and one alert     |
        | no MOS                |
        | no alert              |
        | neither MOS nor alert |
        | MOS and three alerts  |
        | unknown members       |

  @FLW-03 @must
  Rule: The response to package 1 holds at least one command
    A session that the client opened and that holds no command would have no end.

    Scenario: A device opens a session
      When the device runs a session
      Then the response to #1 holds at least one command

    Scenario: The same device comes back
      When the device runs 2 sessions
      Then the response to #1 holds at least one command

  @FLW-04 @must
  Rule: The server means what END says. After a package 2 without END it takes the package 3 and answers it; after one with END it waits for nothing and serves a new package 1 at once
    The client goes by END alone (D-03).

    Scenario: A plan of two packages, then another session
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs 2 sessions
      Then the server means what END says

  @FLW-07 @must
  Rule: The answer to package 3 is again a package 2 with commands; the flow iterates from step 3
    The flow goes back to step 3 until END.

    Scenario: A plan of three packages
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
        | 3 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Lang |
      When the device runs a session
      Then the answer to #3 is again a #2 with commands

  @FLW-11 @must
  Rule: The server copes with an error status for any command; it goes on or ends the session
    A client reports what is; an error is no fault of the session.

    Scenario Outline: Every command is answered <status>
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session and answers every command with <status>
      Then the server goes on or ends after an error status

      Examples: Error statuses
        | status |
        | 400    |
        | 404    |
        | 405    |
        | 500    |
        | 501    |
