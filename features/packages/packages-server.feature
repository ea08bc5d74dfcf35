@server
Feature: Packages and HTTP, judged on the DM Server

  @PKG-05 @must
  Rule: Package 2 is the 200 response to package 1 or 3
    The package rides on the response; any other status says that there is none.

    Scenario: A session with a plan
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session
      Then #2 is the 200 response

  @PKG-08 @must
  Rule: Package 2 has the media type application/vnd.oma.dm.request+json
    The type tells the client that commands come.

    Scenario: A session with a plan
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session
      Then #2 has the request media type

  @PKG-12 @must
  Rule: Package 2 is UTF-8 JSON that fits its schema; its commands are arrays of strings
    A client cannot act on what it cannot read.

    Scenario: A session with a plan
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session
      Then #2 fits its schema

  @PKG-14 @must
  Rule: Requests in chunks and with Content-Length are both read, or refused as HTTP allows (411)
    A client does not choose what its HTTP library sends.

    Scenario Outline: #1 and #3 are sent <form>
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      When the device runs a session, its packages sent <form>
      Then the server reads the request however it is framed, or refuses it as HTTP allows

      Examples: Every form that HTTP allows
        | form                  |
        | in one chunk          |
        | in chunks of 7 bytes  |
        | in pieces of 1 byte   |
        | in pieces of 64 bytes |

  @PKG-16 @must
  Rule: A malformed package 1 or 3 brings no commands and the server goes on serving; a 4xx is the best answer
    What one device sends must not keep the server from serving the others (D-30).

    Scenario Outline: A #1 that is <what>
      When the device sends the malformed #1
        """
        <body>
        """
      And the device runs a session
      Then the malformed package brings no commands and the server lives on

      Examples: Bodies that are no #1
        | what                                 | body                                                        |
        | cut short                            | {"MOS":[{"MOID":"urn:oma:mo:oma-dm-devinfo:1.2","MIID":["di |
        | no JSON                              | hello                                                       |
        | empty                                | {empty}                                                     |
        | an array                             | []                                                          |
        | a list of alerts that are no objects | {"Alert":["urn:oma:at:dm:2.0:ClientInitiatedMgmt"]}         |
        | a list of MOs without MIID           | {"MOS":[{"MOID":"urn:oma:mo:oma-dm-devinfo:1.2"}]}          |

    Scenario Outline: A #3 that is <what>
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device answers with the malformed #3
        """
        <body>
        """
      And the device runs a session
      Then the malformed package brings no commands and the server lives on

      Examples: Bodies that are no #3
        | what                                | body                     |
        | cut short                           | {"Status":[{"sc":20      |
        | no JSON                             | 200                      |
        | without Status                      | {"status":[]}            |
        | a list of codes that are no numbers | {"Status":[{"sc":"ok"}]} |

  @PKG-18 @must
  Rule: Another method than POST on the DM endpoint never gets a package 2; 405 is the best answer, 401, 404 or a web page are legal
    Only POST carries a package, and caches and crawlers use the others.

    Scenario Outline: <method> on the DM endpoint
      When the device sends <method> to the DM endpoint
      Then another method gets no #2

      Examples: Methods that carry no package
        | method |
        | GET    |
        | PUT    |
        | DELETE |

  @PKG-19 @should
  Rule: A package 1 that the same device sends again after a lost response opens a new session or is refused; the server never goes on in the middle of the old one
    The client that lost the answer knows nothing of the package in it (D-26).

    Scenario: The response to #1 is lost
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
        | 3 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Lang |
      When the device sends #1 again because the response was lost
      Then the repeated #1 opens a new session or is refused

  @PKG-21 @must
  Rule: One HTTP response is one whole package
    The frame of a package is the HTTP message; there is no other.

    Scenario: A session with a plan
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session
      Then each response is one whole package

  @PKG-22 @should
  Rule: A package 3 that is sent again because its answer was lost never makes the server skip a package of its plan
    The client that lost the answer cannot say which command it missed (D-31).

    Scenario: The response to #3 is lost
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//OEM |
        | 3 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Lang |
        | 4 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//FwV |
      When the device sends its #3 again because the response was lost
      Then no package of the plan is skipped
