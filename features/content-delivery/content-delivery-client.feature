@client
Feature: Content delivery, judged on the DM Client

  @CDL-01 @must
  Rule: HGET fetches from exactly the URI given and incorporates what came
    What another URI holds, or what is fetched and forgotten, is not what the server wanted.

    Scenario Outline: A value is fetched, sent <form>
      Given the client holds a sample object
      And the server sends the package
        | HGET | {repository}/new | {sample}Setting |
      And the repository sends its answer at {repository}/new <form>
      And the server sends the package
        | HPUT | {repository}/back | {sample}Setting |
      When the client runs a session
      Then what HGET fetched from exactly the URI given stands in its place

      Examples: Ways to send an answer
        | form                            |
        | in one chunk                    |
        | in chunks of 7 bytes            |
        | in pieces of 9 bytes            |
        | with header names in lower case |

    Scenario: The last byte of a value comes late
      Given the client holds a sample object
      And the server sends the package
        | HGET | {repository}/slow | {sample}Setting |
      And the repository withholds its answer at {repository}/slow
      And the server sends the package
        | HPUT | {repository}/back | {sample}Setting |
      When the client runs a session
      Then what HGET fetched from exactly the URI given stands in its place

  @CDL-02 @must
  Rule: HPUT sends by PUT to exactly the URI given
    The repository files what it gets under that URI.

    Scenario: A leaf is put
      Given the server sends the package
        | HPUT | {repository}/man | {devInfo}Man |
      When the client runs a session
      Then HPUT sends by PUT to exactly the URI given

  @CDL-03 @must
  Rule: HPOST sends by POST to exactly the URI given
    The repository works on what it gets there.

    Scenario: A leaf is posted
      Given the server sends the package
        | HPOST | {repository}/man | {devInfo}Man |
      When the client runs a session
      Then HPOST sends by POST to exactly the URI given

  @CDL-04 @must
  Rule: When a command names several ClientURIs the data of all of them is sent
    A list that is cut short would look like data that is not there.

    Scenario Outline: <command> of three nodes
      Given the client holds a sample object
      And the server sends the package
        | <command> | {repository}/three | {sample}Setting | {sample}Note | {sample}Data/1/Value |
      When the client runs a session
      Then the data of all nodes named is sent

      Examples: Uploads
        | command |
        | HPUT    |
        | HPOST   |

  @CDL-05 @must
  Rule: Management data that is sent as an MO serialization fits its schema
    Its media type promises a form that the repository can read.

    Scenario: A leaf, a subtree and two nodes
      Given the client holds a sample object
      And the server sends the package
        | HPUT  | {repository}/leaf | {sample}Note    |              |
        | HPUT  | {repository}/tree | {sample}        |              |
        | HPOST | {repository}/two  | {sample}Setting | {sample}Note |
      When the client runs a session
      Then the MO serialization that is sent fits its schema

  @CDL-06 @may
  Rule: Data of other media types, such as octets, text or an image, can be fetched and comes back byte for byte
    Firmware, a configuration file and a picture are no management objects.

    Scenario Outline: <medium>
      Given the client holds a sample object
      And the repository holds 300 bytes of <medium> at {repository}/data
      And the server sends the package
        | HGET | {repository}/data | {sample}Note |
      And the server sends the package
        | HPUT | {repository}/back | {sample}Note |
      When the client runs a session
      Then data of another media type comes back byte for byte

      Examples: Media
        | medium |
        | octets |
        | text   |
        | image  |

  @CDL-07 @must
  Rule: Data is fetched from and sent to repositories over HTTPS
    Interface 3 may cross networks that nobody watches.

    Scenario: The same transfers without and with TLS
      Given the client holds a sample object
      And the server sends the package
        | HGET  | {repository}/get  | {sample}Setting |
        | HPUT  | {repository}/put  | {sample}Setting |
        | HPOST | {repository}/post | {sample}Setting |
      And the server sends the package
        | HGET  | {secure repository}/get-2  | {sample}Setting |
        | HPUT  | {secure repository}/put-2  | {sample}Setting |
        | HPOST | {secure repository}/post-2 | {sample}Setting |
      When the client runs a session
      Then repositories over HTTPS are used

  @CDL-08 @must
  Rule: A repository may have another host and port than the DM Server
    Content has its own servers, near the device and built for the load.

    Scenario Outline: Transfers with the <place>
      Given the client holds a sample object
      And the server sends the package
        | HGET  | {<place>}/new  | {sample}Setting |
        | HPUT  | {<place>}/put  | {sample}Setting |
        | HPOST | {<place>}/post | {sample}Setting |
      When the client runs a session
      Then a repository on another host or port is used

      Examples: Places
        | place              |
        | other repository   |
        | distant repository |

  @CDL-09 @must
  Rule: Query and escapes of a ServerURI are kept as they are
    They may be a signature, a range or a name that holds a slash; the client need not know.

    Scenario Outline: <what>
      Given the client holds a sample object
      And the server sends the package
        | HGET  | {repository}/get<rest>  | {sample}Setting |
        | HPUT  | {repository}/put<rest>  | {sample}Setting |
        | HPOST | {repository}/post<rest> | {sample}Setting |
      When the client runs a session
      Then query and escapes of the URI are kept

      Examples: What a URI may hold
        | what              | rest                         |
        | a query           | ?b=2&a=1&a=1&empty=&flag     |
        | escapes           | %2Fslash%3Fmark%25%C3%A9     |
        | escapes and query | %20x?q=a%2Bb%26c%3D+d%2F/?   |

  @CDL-10 @must
  Rule: Empty, tiny and large data (0 and 1 characters or bytes, 64 KiB) is fetched and sent whole; a refusal of a value for its size is worth a warning
    Most mistakes about lengths are made at their ends.

    Scenario Outline: A value of <size> character(s)
      Given the client holds a sample object
      And the repository holds a value of <size> characters at {repository}/data
      And the server sends the package
        | HGET | {repository}/data | {sample}Note |
      And the server sends the package
        | HPUT  | {repository}/put  | {sample}Note |
        | HPOST | {repository}/post | {sample}Note |
      When the client runs a session
      Then empty, tiny and large data comes back whole

      Examples: Sizes
        | size  |
        | 0     |
        | 1     |
        | 65536 |

  @CDL-11 @must
  Rule: HGET with a ClientURI replaces what was there, and only that
    An update of one setting must not cost another.

    Scenario: A leaf among its siblings
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/setting-1 | {sample}Setting      |
        | HPUT | {repository}/note-1    | {sample}Note         |
        | HPUT | {repository}/value-1   | {sample}Data/1/Value |
      And the server sends the package
        | HGET | {repository}/new | {sample}Setting |
      And the server sends the package
        | HPUT | {repository}/setting-2 | {sample}Setting      |
        | HPUT | {repository}/note-2    | {sample}Note         |
        | HPUT | {repository}/value-2   | {sample}Data/1/Value |
      When the client runs a session
      Then HGET replaced what was there and only that

  @CDL-12 @must
  Rule: A new MO instance gets a MIID from the client, which reports it; an address that does not tell the MIID is worth a warning
    Only the client knows which names are free, and only its report tells the server which it took.

    Scenario: A second instance is delivered
      Given the client holds a sample object
      And the server sends the package
        | HGET | {repository}/object |
      And the server asks for all that was reported
      When the client runs a session
      Then the new instance is found under the MIID that was reported

  @CDL-13 @must
  Rule: HGET that is cut in mid-body has an error status and leaves the tree as it was
    Half a value is worse than the old one.

    Scenario Outline: The answer is cut <cut>
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/before | {sample}Setting |
      And the server sends the package
        | HGET | {repository}/half | {sample}Setting |
      And the repository cuts its answer at {repository}/half <cut>
      And the server sends the package
        | HPUT | {repository}/now | {sample}Setting |
      When the client runs a session
      Then the cut HGET has an error status and leaves the tree as it was

      Examples: Cuts
        | cut                   |
        | in mid-body by a close |
        | in mid-body by a reset |
        | between two chunks    |

    Scenario: The connection is reset while the answer is withheld, and an upload waits
      Given the client holds a sample object
      And the server sends the package
        | HPUT | {repository}/before | {sample}Note |
      And the server sends the package
        | HGET  | {repository}/slow       | {sample}Setting |
        | HPOST | {other repository}/next | {sample}Setting |
      And the server sends the package
        | HPUT | {repository}/now | {sample}Setting |
      And the repository withholds its answer at {repository}/slow and then resets the connection
      When the client runs a session
      Then the cut HGET has an error status and leaves the tree as it was

  @CDL-14 @must
  Rule: 4xx and 5xx of a repository become error statuses, and the transfer is not tried again
    A repository in trouble is not helped by being asked again, and the server decides what happens next.

    Scenario Outline: The repository answers <status>
      Given the client holds a sample object
      And the repository answers <status> at {repository}/get
      And the repository answers <status> at {repository}/put
      And the repository answers <status> at {repository}/post
      And the server sends the package
        | HGET  | {repository}/get  | {sample}Setting |
        | HPUT  | {repository}/put  | {sample}Setting |
        | HPOST | {repository}/post | {sample}Setting |
      When the client runs 2 sessions
      Then the error becomes an error status and nothing is tried again

      Examples: Error statuses
        | status |
        | 400    |
        | 403    |
        | 404    |
        | 500    |
        | 503    |

  @CDL-17 @must
  Rule: HPUT and HPOST send the addressed nodes and nothing else
    What the server did not ask for may be nobody's business.

    Scenario: Leaves and a subtree among their siblings
      Given the client holds a sample object
      And the server sends the package
        | HPUT  | {repository}/note | {sample}Note    |              |
        | HPOST | {repository}/tree | {sample}Data    |              |
        | HPUT  | {repository}/two  | {sample}Setting | {sample}Note |
      When the client runs a session
      Then the addressed nodes are sent and nothing else

  @CDL-18 @must
  Rule: Content delivery works with an ordinary HTTP server that knows nothing of DM
    That is what an operator has: interface 3 is plain HTTP.

    Scenario: A web server with DAV
      Given an ordinary web server
      And the client holds a sample object
      And the server sends the package
        | HGET | {repository}/first | {sample}Setting |
      And the server sends the package
        | HPUT | {web server}/put | {sample}Setting |
      And the server sends the package
        | HPUT | {web server}/put | {sample}Note |
      And the server sends the package
        | HPOST | {web server}/post | {sample}Setting |
      And the server sends the package
        | HGET | {web server}/value.json | {sample}Setting |
      And the server sends the package
        | HPUT | {web server}/back | {sample}Setting |
      When the client runs a session
      Then content delivery works with an ordinary HTTP server

    Scenario: Large data and a web server
      Given an ordinary web server
      And the client holds a sample object
      And the repository holds a value of 65536 characters at {repository}/large
      And the server sends the package
        | HGET | {repository}/large | {sample}Note |
      And the server sends the package
        | HPUT | {web server}/large | {sample}Note |
      When the client runs a session
      Then content delivery works with an ordinary HTTP server

  @CDL-19 @must
  Rule: Every request to a repository is caused by a command, a live SUB or a DEFAULT, and an upload that went well is not sent again
    A client that fetches or tells of its own accord is managed by nobody.

    Scenario: Each command has an address of its own
      Given the client holds a sample object
      And the server sends the package
        | HGET  | {repository}/get  | {sample}Setting |
        | HPUT  | {repository}/put  | {sample}Setting |
        | HPOST | {repository}/post | {sample}Setting |
      When the client runs 2 sessions
      Then every request to a repository has its cause

  @CDL-21 @should @slow
  Rule: Very large data (16 MiB) is fetched and sent whole
    An image of the whole firmware is content, too.

    Scenario: 16 MiB of octets
      Given the client holds a sample object
      And the repository holds 16777216 bytes of octets at {repository}/data
      And the server sends the package
        | HGET | {repository}/data | {sample}Note |
      And the server sends the package
        | HPUT | {repository}/put | {sample}Note |
      When the client runs a session
      Then very large data comes back whole

  @CDL-22 @must
  Rule: A redirect of a repository is followed on its own origin or becomes an error status; it is not followed to another origin
    A repository that can send the client anywhere decides for the server (D-17).

    Scenario Outline: A redirect by <status> on one origin
      Given the client holds a sample object
      And the repository redirects {repository}/old by <status> to {repository}/moved
      And the server sends the package
        | HGET | {repository}/old | {sample}Setting |
      And the server sends the package
        | HPUT | {repository}/old | {sample}Note |
      When the client runs 2 sessions
      Then the redirect stays on its origin or becomes an error status

      Examples: Redirects
        | status |
        | 302    |
        | 307    |

    Scenario: A redirect to another origin
      Given the client holds a sample object
      And the repository redirects {repository}/old by 307 to another origin
      And the server sends the package
        | HGET | {repository}/old | {sample}Setting |
      And the server sends the package
        | HPUT | {repository}/old | {sample}Note |
      When the client runs 2 sessions
      Then the redirect stays on its origin or becomes an error status
