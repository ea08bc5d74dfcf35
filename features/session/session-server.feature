@server
Feature: The session, judged on the DM Server

  @SES-02 @must
  Rule: The server sends commands only inside a session that a client opened
    Commands run with the rights of a session; without one nobody has asked for them.

    Scenario: A #3 from a device that opened no session
      When a device without a session sends a #3
      Then commands come only inside a session that a client opened

    Scenario: A #3 from a device that opened no session, though there is work for it
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      When a device without a session sends a #3
      Then commands come only inside a session that a client opened

  @SES-08 @must
  Rule: Sessions of different devices that run interleaved are never mixed; each device gets its own commands
    One server manages many devices at once, and their packages arrive in any order.

    Scenario: Two devices take turns on one connection
      Given the server is to send "device A"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      And the server is to send "device B"
        | 1 | HPOST | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPOST | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When "device A" and "device B" take turns on one connection
      Then each device gets its own commands

    Scenario: Two devices take turns, with a new connection for each package
      Given the server is to send "device A"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      And the server is to send "device B"
        | 1 | HPOST | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      When "device A" and "device B" take turns on a new connection for each package
      Then each device gets its own commands

  @SES-10 @must
  Rule: A session with no notification before it is served like any other
    A client may open a session for reasons of its own.

    Scenario: A device opens a session by itself
      When the device runs a session
      Then the session is served without a notification before it

  @SES-12 @must
  Rule: After a session has ended, the server serves another one of the same device
    END closes a session, not the account.

    Scenario: The same device comes back
      When the device runs 2 sessions
      Then another session of the same device is served

  @SES-14 @should
  Rule: A second session of one device, opened while the first is under way, is refused or kept apart from it
    A device that was cut off may be back before the server has noticed (D-11).

    Scenario: A second session while the first is open
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device opens a second session while the first is open
      Then the second session is refused or kept apart

  @SES-06 @must
  Rule: A server that sent a notification recognises its identifier when it comes back and ties the session to that notification
    Otherwise it could not tell the session it asked for from any other of that device (CR 6.1a R01).

    Scenario: A plan for the notified session alone
      Given the server is to send the session that answers its notification
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      When the server notifies the device, which opens a session of its own before the one that was asked for
      Then the server ties the session to its notification
