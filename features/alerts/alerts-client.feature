@client
Feature: Generic Alerts, judged on the DM Client

  @ALT-01 @must
  Rule: An event on the device reaches the server as a Generic Alert
    The client has no other way to tell its server what happened.

    Scenario: An event before a session
      Given the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When an event happens on the device
      And the client runs 2 sessions
      Then the event reaches the server as an alert

  @ALT-02 @must
  Rule: A Generic Alert travels in package 1 or package 3, and in nothing else
    Alerts belong to the session, and a server looks for them nowhere else.

    Scenario: An event before a session
      Given the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When an event happens on the device
      And the client runs 2 sessions
      Then alerts travel in #1 and #3 only

  @ALT-03 @must
  Rule: No alert is lost, and none comes again once a package 2 has answered the package that carried it
    A lost alarm is a silent failure, and one that comes twice is two alarms.

    Scenario: An event before a session
      Given the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When an event happens on the device
      And the client runs 2 sessions
      Then no alert is lost and none comes again

    Scenario: An event in a session
      Given the server sends the package
        | GET | {devInfo}Man |
      And the package is withheld while an event happens
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When the client runs 3 sessions
      Then no alert is lost and none comes again

    Scenario: An event after a session
      Given the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session, an event happens, and it runs 2 more
      Then no alert is lost and none comes again

  @ALT-04 @must
  Rule: A Generic Alert has its AlertType and the members of the event, each under its own name
    The type alone says what an alert is about.

    Scenario: Three events
      Given the server sends the package
        | GET | {devInfo}Man |
      When 3 events happen on the device
      And the client runs a session
      Then the alert has the members of its event

  @ALT-05 @must
  Rule: The Mark of a Generic Alert is one of the seven that there are
    A server sorts alerts by their gravity.

    Scenario: Seven events, one of each gravity
      Given the server sends the package
        | GET | {devInfo}Man |
      When 7 events happen on the device
      And the client runs a session
      Then the Mark of each alert is one of the seven

  @ALT-08 @must
  Rule: An alert whose delivery failed, by a 401 or 5xx answer or for want of one, is sent again by the end of the next session
    An event is delivered when the server has answered, not when the client has sent.

    Scenario Outline: The #1 that carries the event is answered <status>
      Given the server answers <status>
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When an event happens on the device
      And the client runs 2 sessions
      Then an alert that was not delivered is sent again

      Examples: Answers that take nothing
        | status |
        | 500    |
        | 503    |

    Scenario Outline: The connection is <cut> instead of an answer to #1
      Given the connection is <cut> instead of an answer
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When an event happens on the device
      And the client runs 2 sessions
      Then an alert that was not delivered is sent again

      Examples: Ends of a connection
        | cut    |
        | closed |
        | reset  |

    Scenario Outline: The #3 that carries the event is answered <status>
      Given the server sends the package
        | GET | {devInfo}Man |
      And the package is withheld while an event happens
      And the server answers <status>
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 2 sessions
      Then an alert that was not delivered is sent again

      Examples: Answers that take nothing
        | status |
        | 500    |
        | 503    |

    Scenario Outline: The connection is <cut> instead of an answer to #3
      Given the server sends the package
        | GET | {devInfo}Man |
      And the package is withheld while an event happens
      And the connection is <cut> instead of an answer
      And the next session follows
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs 2 sessions
      Then an alert that was not delivered is sent again

      Examples: Ends of a connection
        | cut    |
        | closed |
        | reset  |

    Scenario: The #3 that carries the event is answered by a challenge
      Given the server sends the package
        | GET | {devInfo}Man |
      And the package is withheld while an event happens
      And each #3 of the session is answered 401 until it carries credentials
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When the client runs 2 sessions
      Then an alert that was not delivered is sent again

  @ALT-09 @should
  Rule: Alerts keep the order of the events
    What happened first explains what happened next.

    Scenario: Three events before a session, and one in it
      Given the server sends the package
        | GET | {devInfo}Man |
      And the package is withheld while an event happens
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When 3 events happen on the device
      And the client runs 2 sessions
      Then alerts keep the order of the events

  @ALT-10 @must
  Rule: Events between sessions, under a withheld package 2 and during commands have all arrived by the end of the next session
    An event that is delivered some day is as good as lost.

    Scenario: An event between sessions
      Given the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session, an event happens, and it runs 2 more
      Then events have arrived by the end of the next session

    Scenario: Events under a withheld package and while commands run
      Given the server sends the package
        | HPUT | {repository}/first | {devInfo}Man |
      And the package is withheld while an event happens
      And the server sends the package
        | HPUT | {repository}/slow | {devInfo}Man |
      And the repository withholds its answer at {repository}/slow while an event happens
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When the client runs 2 sessions
      Then events have arrived by the end of the next session

    Scenario: An event while the last package runs
      Given the server sends the package
        | HPUT | {repository}/slow | {devInfo}Man |
        | END  |                   |              |
      And the repository withholds its answer at {repository}/slow while an event happens
      And in the next session the server sends the package
        | GET | {devInfo}Man |
      When the client runs 2 sessions
      Then events have arrived by the end of the next session
