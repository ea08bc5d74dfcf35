@client
Feature: User interaction, judged on the DM Client

  @UIX-01 @must @SHOW @browser
  Rule: SHOW starts a browser that loads exactly the URI given
    The URI is all that ties the page to what the server wants to know.

    Scenario Outline: A page <with>
      Given a web page at {pages}/page<rest>
      And the server sends the package
        | SHOW | {pages}/page<rest> |
      When the client runs a session
      Then the browser loads exactly the URI given

      Examples: URIs
        | with                    | rest                     |
        | at a plain URI          |                          |
        | with escapes and a query | %2Fs?ui=a%26b&c=1&c=2    |

  @UIX-02 @must @SHOW @browser
  Rule: Neither the next command nor, after the last one, package 3 waits for the page or its user
    A user may take an hour, or never answer.

    Scenario: A command after SHOW
      Given a web page at {pages}/page that keeps loading
      And the server sends the package
        | SHOW | {pages}/page      |              |
        | HPUT | {repository}/next | {devInfo}Man |
      When the client runs a session
      Then nothing waits for the page or its user

    Scenario: SHOW is the last command
      Given a web page at {pages}/page that keeps loading
      And the server sends the package
        | SHOW | {pages}/page |
      When the client runs a session
      Then nothing waits for the page or its user

  @UIX-03 @must @SHOW
  Rule: A browser that cannot start makes an error status, and the next command runs
    The server must not wait for an answer that nobody can give.

    Scenario: A device whose browser is gone
      Given the server sends the package
        | SHOW | {pages}/page      |              |
        | HPUT | {repository}/next | {devInfo}Man |
      When the client runs a session without a web browser
      Then without a browser SHOW has an error status and the next command runs

  @UIX-04 @must @SHOW @browser
  Rule: The UI session is no part of the DM session; no package goes over it, and the DM session may end first
    It has its own two ends, a browser and a web server.

    Scenario: The DM session ends while the page is loading
      Given a web page at {pages}/page that goes on loading after the session
      And the server sends the package
        | SHOW | {pages}/page |
      When the client runs a session
      Then the UI session goes on apart from the DM session

  @UIX-07 @must @SHOW @browser
  Rule: Several SHOWs load each page once
    Each asks the user something else.

    Scenario: Three pages
      Given a web page at {pages}/first
      And a web page at {pages}/second
      And a web page at {pages}/third
      And the server sends the package
        | SHOW | {pages}/first  |
        | SHOW | {pages}/second |
        | SHOW | {pages}/third  |
      When the client runs a session
      Then each page is loaded once

  @UIX-09 @must @SHOW @browser
  Rule: No page is loaded without a SHOW
    A page that appears unasked is not the server's.

    Scenario: One page among other commands
      Given a web page at {pages}/page
      And the server sends the package
        | HPUT | {repository}/man | {devInfo}Man |
        | SHOW | {pages}/page     |              |
        | HPUT | {repository}/mod | {devInfo}Mod |
      When the client runs 2 sessions
      Then no page is loaded without a SHOW
