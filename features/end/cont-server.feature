@server
Feature: Continuing elsewhere, judged on the DM Server

  @CNT-04 @must
  Rule: A server that sent CONT serves the session at the URI it gave
    The client has nowhere else to go.

    Scenario: A plan with CONT
      Given the server is to send "the device"
        | 1 | CONT | {server}/cont                    |                                    |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      When the device runs a session
      Then the server serves the session at the URI of its CONT
