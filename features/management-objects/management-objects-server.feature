@server
Feature: Management objects, judged on the DM Server

  @MOM-11 @must
  Rule: Every ClientURI that the server sends is well-formed
    A client can only do what it can read.

    Scenario: Addresses of every kind
      Given the server is to send "the device"
        | 1 | HPUT   | http://repository.example/a | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 1 | DELETE | urn:oma:mo:moid:1.0/left/a%2Fb |  |
        | 1 | GET    | urn:oma:mo:moid:1.0/(x)/Data/(y)/Value?nv=(x)/ID:GPS&nv=(y)/Date:12.2 |  |
        | 1 | GET    | urn:oma:mo:moid:1.0/*/Data/*/Value |  |
        | 2 | GET    | urn:oma:mo:moid:1.0/left/?cv=a%26b |  |
      When the device runs a session
      Then every ClientURI of the server is well-formed
