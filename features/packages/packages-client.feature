@client
Feature: Packages and HTTP, judged on the DM Client

  @PKG-01 @must
  Rule: All of several commands in one package are handled
    A package is a list of work, not a single request.

    Scenario: Three uploads in one package
      Given the server sends the package
        | HPUT  | {repository}/one   | {devInfo}Man |
        | HPUT  | {repository}/two   | {devInfo}Mod |
        | HPOST | {repository}/three | {devInfo}Man |
      When the client runs a session
      Then every command of the package is handled

  @PKG-02 @must
  Rule: One package 3 carries the statuses of all commands of the package it answers
    The server matches statuses to commands by their place in one list.

    Scenario: Three commands, one report
      Given the server sends the package
        | HPUT  | {repository}/one   | {devInfo}Man |
        | HPUT  | {repository}/two   | {devInfo}Mod |
        | HPOST | {repository}/three | {devInfo}Man |
      When the client runs a session
      Then one #3 carries the statuses of all commands

  @PKG-03 @should
  Rule: The client sends no further package of the session before the answer to its last one has come
    Neither side can know how long the other needs; overtaking packages would make the order of work a matter of luck.

    Scenario: The answer to #1 is withheld
      Given the server sends the package
        | GET | {devInfo}Man |
      And the package is withheld
      When the client runs a session
      Then no further package is sent before the answer has come

  @PKG-04 @must
  Rule: Packages 1 and 3 are HTTP POST requests
    The packages ride on HTTP, and only POST carries one up.

    Scenario: #1 and #3 of one session
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then #1 and #3 are sent by POST

  @PKG-06 @must
  Rule: Package 1 has the media type application/vnd.oma.dm.initiation+json
    The type tells the server that a session begins.

    Scenario: A session begins
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then #1 has the initiation media type

  @PKG-07 @must
  Rule: Package 3 has the media type application/vnd.oma.dm.response+json
    The type tells the server that statuses come.

    Scenario: A package is answered
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then #3 has the response media type

    Scenario: A package is answered at the address of a CONT
      Given the server sends the package
        | CONT | {server}/go-on |
      And the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then #3 has the response media type

  @PKG-09 @must
  Rule: Packages 1 and 3 carry OMADM-DevID, the same value through the session
    It is by this field that the server knows whose session the package belongs to (D-13).

    Scenario: Both packages of a session
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then #1 and #3 carry one and the same OMADM-DevID

  @PKG-10 @should
  Rule: Packages 1 and 3 say which types the client accepts, with the media type of package 2 among them
    The server must be able to see that its package will be understood.

    Scenario: Both packages of a session
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then #1 and #3 accept the request media type

  @PKG-11 @must
  Rule: Package 1 is UTF-8 JSON that fits its schema
    A server cannot act on what it cannot read.

    Scenario: A session begins
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session
      Then #1 fits its schema

  @PKG-13 @must
  Rule: Package 3 is UTF-8 JSON that fits its schema
    A server cannot act on what it cannot read.

    Scenario: A package with work, a read and an unknown command is answered
      Given the server sends the package
        | HPUT       | {repository}/man | {devInfo}Man |
        | GET        | {devInfo}Mod     |              |
        | FROBNICATE | {devInfo}Mod     |              |
      When the client runs a session
      Then #3 fits its schema

  @PKG-15 @must
  Rule: Responses in chunks and with Content-Length, with header names in any case and split over TCP segments, are all read
    HTTP leaves all of this to the sender, and boxes on the way change it.

    Scenario Outline: The package is sent <form>
      Given the server sends the package
        | HPUT | {repository}/man | {devInfo}Man |
      And the package is sent <form>
      When the client runs a session
      Then the client reads the response however it is framed

      Examples: Every form that HTTP allows
        | form                            |
        | in one chunk                    |
        | in chunks of 1 byte             |
        | in pieces of 1 byte             |
        | in pieces of 64 bytes           |
        | with header names in lower case |
        | with header names in upper case |
        | with header names in mixed case |

  @PKG-17 @must
  Rule: A malformed package 2 ends the operation cleanly, with no crash, no endless loop and no half-run package
    A client on a device cannot be restarted by hand when one package is broken (D-30).

    Scenario Outline: The package is <what>
      Given the server sends the malformed package
        """
        <body>
        """
      When the client runs 2 sessions
      Then the malformed #2 ends the operation cleanly

      Examples: Bodies that are no #2
        | what                       | body                                                       |
        | cut short                  | {"CMD":[["HPUT","{repository}/half","{devInfo}Man"],["GET" |
        | no JSON                    | HPUT {repository}/half {devInfo}Man                        |
        | JSON without CMD           | {"commands":[["HPUT","{repository}/half","{devInfo}Man"]]} |
        | JSON whose CMD is no array | {"CMD":{"HPUT":["{repository}/half","{devInfo}Man"]}}      |
        | an array                   | [["HPUT","{repository}/half","{devInfo}Man"]]              |

    Scenario: The package comes in the middle of a session
      Given the server sends the package
        | HPUT | {repository}/good | {devInfo}Man |
      And the server sends the malformed package 4 times
        """
        {"CMD":[["HPUT","{repository}/half","{devInfo}Man"],["GET"
        """
      When the client runs 2 sessions
      Then the malformed #2 ends the operation cleanly

  @PKG-20 @must
  Rule: One HTTP request is one whole package, a single JSON value; each package 3 answers exactly one package 2
    The frame of a package is the HTTP message; there is no other.

    Scenario: Packages of different length
      Given the server sends the package
        | HPUT | {repository}/one | {devInfo}Man |
        | HPUT | {repository}/two | {devInfo}Mod |
      And the server sends the package
        | HPUT | {repository}/three | {devInfo}Man |
      When the client runs a session
      Then each request is one whole package

  @PKG-23 @must
  Rule: The OMADM-DevID of packages 1 and 3 equals DevInfo/DevID
    The name by which a server knows a device must be the device's own.

    Scenario: DevID is read
      Given the server sends the package
        | HPUT | {repository}/device | {devInfo}DevID |
        | GET  | {devInfo}DevID      |                |
      When the client runs a session
      Then OMADM-DevID equals the DevID of DevInfo

    Scenario: DevID is read in the next session
      Given the server sends the package
        | GET | {devInfo}Man |
      And in the next session the server sends the package
        | HPUT | {repository}/device | {devInfo}DevID |
      When the client runs 2 sessions
      Then OMADM-DevID equals the DevID of DevInfo
