@client
Feature: Content negotiation, judged on the DM Client

  @NEG-04 @must
  Rule: After OMADM-Accept an upload has one of the types it names or a standard one; else the command is reported as 406
    A repository says what it can keep.

    Scenario: An upload where one was refused by 415
      Given the repository answers 415 at {repository}/picky and wants application/vnd.dmconform.none
      And the server sends the package
        | HPUT | {repository}/picky | {devInfo}Man |
      And the server sends the package
        | HPUT | {repository}/picky | {devInfo}Man |
      When the client runs a session
      Then uploads heed OMADM-Accept

    Scenario: An upload where one was accepted
      Given the repository answers 200 at {repository}/picky and wants application/vnd.dmconform.none
      And the server sends the package
        | HPUT | {repository}/picky | {devInfo}Man |
      And the server sends the package
        | HPUT | {repository}/picky | {devInfo}Man |
      When the client runs a session
      Then uploads heed OMADM-Accept
