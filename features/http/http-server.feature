@server
Feature: HTTP rules, judged on the DM Server

  @HTP-06 @must
  Rule: Kept and closed connections are both served; pipelined requests and HTTP 1.0 are served or refused as HTTP allows
    Devices sit behind proxies and use libraries of every age.

    Scenario: A session on one connection
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session
      Then every way of using connections is served or refused as HTTP allows

    Scenario: A session with a new connection for each package
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session with a new connection for each package
      Then every way of using connections is served or refused as HTTP allows

    Scenario: Two devices send #1 in one go on one connection
      Given the server is to send "the first device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      And the server is to send "the second device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When "the first device" and "the second device" send #1 in one go
      Then every way of using connections is served or refused as HTTP allows

    Scenario: A #1 by HTTP 1.0
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device sends #1 by HTTP 1.0
      Then every way of using connections is served or refused as HTTP allows

  @HTP-07 @should
  Rule: HEAD and OPTIONS on the DM endpoint do no harm to a session under way
    Gateways and crawlers probe every address they see.

    Scenario Outline: <method> in the middle of a session
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session and sends <method> in the middle of it
      Then HEAD and OPTIONS do no harm

      Examples: Methods that only ask
        | method  |
        | HEAD    |
        | OPTIONS |
