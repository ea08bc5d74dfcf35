@server
Feature: Notification, judged on the DM Server

  @NOT-01 @must
  Rule: A notification begins with a header of 16 bits, VER, option count and reserved bits, and goes on with options of number, length and value
    Clients are small, and read it bit by bit.

    Scenario: The server notifies by each way that it has
      When the server notifies the device by each way that it has
      Then the notification is laid out as a Package#0

  @NOT-02 @must
  Rule: The option count of the header is the number of options in the notification
    It tells a client where the notification ends.

    Scenario: The server notifies a device
      When the server notifies the device and the device opens a session
      Then the option count is the number of options

  @NOT-03 @must
  Rule: The options of a notification stand in the order of their numbers, none of them twice
    Each number is written as a distance from the one before.

    Scenario: The server notifies a device, and once more before it answers
      When the server is asked for a notification 2 times before the device answers
      Then the options ascend and none stands twice

  @NOT-04 @must
  Rule: A notification names the server that sends it by SERVER-ID
    Without it the client does not know which account is meant.

    Scenario: Two requests
      When the server is asked for a notification 2 times, and the device answers each
      Then the notification names its server

  @NOT-05 @must
  Rule: NOTIFICATION-ID has two bytes
    It comes back in package 1 as one number.

    Scenario: The server notifies a device, and once more before it answers
      When the server is asked for a notification 2 times before the device answers
      Then NOTIFICATION-ID has two bytes

  @NOT-06 @must
  Rule: SHA256-DIGEST has 32 bytes and is the digest of server secret, notification with an all-zero digest, and auth data
    A client ignores a notification whose digest is wrong.

    Scenario: The server notifies by each way that it has
      When the server notifies the device by each way that it has
      Then the digest is right

  @NOT-15 @must
  Rule: Two different requests to one device carry different identifiers; one that is sent again keeps its own
    The identifier tells repeats apart.

    Scenario: Three requests, each of them answered
      When the server is asked for a notification 3 times, and the device answers each
      Then different requests have different identifiers

    Scenario: The same request once more
      When the server is asked for a notification 2 times before the device answers
      Then different requests have different identifiers

  @NOT-18 @must
  Rule: Every notification carries the identifier of the session that it asks for
    It is the name of the session (CR 6.1a R01).

    Scenario: Three requests
      When the server is asked for a notification 3 times, and the device answers each
      Then the notification carries an identifier

  @NOT-19 @may
  Rule: The server may ask a device for a session by a notification, and serves the session that it causes
    Otherwise it has to wait for the device.

    Scenario: The device answers the notification
      When the server notifies the device and the device opens a session
      Then the server serves the session that it asked for

  @NOT-20 @should
  Rule: While a notification to a device is unanswered, none with another identifier goes to it at once
    The device would open two sessions for one purpose.

    Scenario: The server is asked again and again before the device has answered
      When the server is asked for a notification 3 times before the device answers
      Then no other notification goes out while one is unanswered
