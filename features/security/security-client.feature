@client
Feature: Security, judged on the DM Client

  @SEC-03 @must
  Rule: Nothing is sent to a server that agrees to no version of TLS above the floor
    Old versions of TLS keep no secret.

    Scenario Outline: A server of an old version
      When the client meets a good server, and then one <that>
      Then an old version of TLS is refused

      Examples: Versions
        | that                    |
        | that knows TLS 1.1 alone |
        | that knows TLS 1.0 alone |

  @SEC-04 @must
  Rule: Nothing is sent to a server whose certificate is untrusted, out of date, or for another host
    Whoever can lead a device astray could manage it.

    Scenario Outline: A bad certificate
      When the client meets a good server, and then one <that>
      Then a bad certificate is refused

      Examples: Certificates
        | that                                             |
        | whose certificate an unknown authority has signed |
        | whose certificate has signed itself               |
        | whose certificate has expired                     |
        | whose certificate is not valid yet                |
        | whose certificate is for another host             |

  @SEC-07 @must
  Rule: The client can prove who it is in the TLS handshake, by an X.509 certificate or by a pre-shared key
    A server must know whom it is talking to before it commands anything.

    Scenario: Asked for either
      When the client is asked for a certificate in one session and for a shared key in another
      Then the client proves who it is in TLS

  @SEC-10 @must
  Rule: The challenge of its server is answered by HTTP Basic
    It is the one scheme that every client has.

    Scenario: Basic alone is offered
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session with a server that asks for Basic
      Then the client authenticates by Basic

  @SEC-11 @may
  Rule: The challenge of its server is answered by HTTP Digest
    A password that does not travel cannot be read on the way.

    Scenario: Digest alone is offered
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session with a server that asks for Digest
      Then the client authenticates by Digest

    Scenario: A nonce grows old
      Given the server sends the package
        | GET | {devInfo}Man |
      When the client runs a session with a server that asks for Digest with a fresh nonce for each request
      Then the client authenticates by Digest

  @SEC-14 @must
  Rule: The credentials of an account go to its own server, and to another origin only where that asks for them
    A repository is anybody's machine, and so is the target of a redirect.

    Scenario: Data repositories
      Given the server sends the package
        | HPUT | {repository}/plain         | {devInfo}Man |
        | HPUT | {other repository}/other   | {devInfo}Man |
        | HPUT | {secure repository}/secure | {devInfo}Man |
      When the client runs a session with a server that asks for Basic
      Then no credentials go to another origin

    Scenario: CONT to another origin
      Given the server sends the package
        | CONT | {other server}/next |
      When the client runs a session with a server that asks for Basic
      Then no credentials go to another origin

    Scenario: A redirect to another origin
      Given the server sends the package
        | GET | {devInfo}Man |
      And the server answers 307 with the Location {other server}/away
      When the client runs a session with a server that asks for Basic
      Then no credentials go to another origin

  @SEC-16 @must
  Rule: At least one of the cipher suites of TS is offered, of the kind that the client uses
    Without one in common there is no connection.

    Scenario: What a ClientHello offers
      When the client runs a session over TLS
      Then the client offers a suite of TS
