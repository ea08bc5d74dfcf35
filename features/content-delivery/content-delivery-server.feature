@server
Feature: Content delivery, judged on the DM Server

  @CDL-15 @should
  Rule: The repository sends no content coding to a client that asked for none
    A small device need not know how to unpack.

    Scenario: Data is put and fetched
      Given the server is to send "the device"
        | 1 | HPUT | {repository}/coding | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HGET | {repository}/coding |                                    |
      When the device runs a session and sends text where it is told to
      Then no content coding comes that was not asked for

  @CDL-16 @must
  Rule: The server's own repository serves GET and takes PUT and POST as plain HTTP
    Interface 3 is plain HTTP at both ends.

    Scenario: Data is put, posted and fetched
      Given the server is to send "the device"
        | 1 | HPUT  | {repository}/data  | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 1 | HPOST | {repository}/post  | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HGET  | {repository}/data  |                                    |
      When the device runs a session and sends octets where it is told to
      Then the repository serves GET and takes PUT and POST

  @CDL-20 @may
  Rule: The server's own repository may take and give data of any media type
    Content is whatever the device and the operator make of it.

    Scenario Outline: Data of type <medium>
      Given the server is to send "the device"
        | 1 | HPUT | {repository}/<medium> | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HGET | {repository}/<medium> |                                    |
      When the device runs a session and sends <medium> where it is told to
      Then data of any media type comes back from the repository

      Examples: Media
        | medium |
        | octets |
        | text   |
        | image  |
