@server
Feature: User interaction, judged on the DM Server

  @UIX-05 @should
  Rule: The page at the URI of a SHOW is served as a web page
    A browser shows pages and nothing of DM.

    Scenario: Two pages of the server
      Given the server is to send "the device"
        | 1 | SHOW | {pages}/choice?ui={mark} |
        | 2 | SHOW | {pages}/choice?ui={mark} |
      When the device runs a session and loads its pages
      Then the page is served as a web page

  @UIX-06 @may
  Rule: What the user answers on a page may change the next commands
    That is what asking is for.

    Scenario: One user answers in two ways
      Given the server is to send "the device"
        | 1 | SHOW | {pages}/choice?ui={mark} |
        | 2 | END  |                          |
        | 3 | SHOW | {pages}/choice?ui={mark} |
        | 4 | END  |                          |
        | 5 | SHOW | {pages}/choice?ui={mark} |
        | 6 | END  |                          |
      When the device runs 3 sessions, and its user takes the first, the last and again the first choice
      Then the user's answer changes the next commands

  @UIX-08 @may
  Rule: The URI of a SHOW may tell UI sessions apart
    A browser need not know which DM session it belongs to; the URI can.

    Scenario: Two users at once
      Given the server is to send "one device"
        | 1 | SHOW | {pages}/choice?ui={mark} |
      And the server is to send "another device"
        | 1 | SHOW | {pages}/choice?ui={mark} |
      When "one device" and "another device" run sessions at once, and their users choose differently
      Then UI sessions at once are told apart by their URIs
