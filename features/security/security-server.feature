@server
Feature: Security, judged on the DM Server

  @SEC-01 @must
  Rule: The DM endpoint is served over TLS
    DM leaves confidentiality and integrity to the transport, so a server without TLS has neither.

    Scenario: A session over TLS
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When the device runs a session over TLS
      Then the DM endpoint is served over TLS

  @SEC-02 @must
  Rule: No version of TLS below the floor is agreed to
    Old versions are broken, and whoever stands between may make both sides use them.

    Scenario: Handshakes from SSL 3.0 to TLS 1.3
      When the versions of TLS are tried one by one
      Then no version of TLS below the floor is agreed to

  @SEC-05 @must
  Rule: A device can prove who it is by an X.509 certificate in the TLS handshake
    Many devices have a certificate from the factory and no password.

    Scenario: A session with a certificate, and one without
      Given the server is to send "the known device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      When "the known device" sends #1 without credentials
      And "the known device" runs a session with its certificate
      Then a device is known by its certificate

  @SEC-06 @must
  Rule: Every cipher suite that TS names for pre-shared keys is agreed to
    A client need have only one of them, so a server that lacks one locks out the clients that have it.

    Scenario: Handshakes with a pre-shared key, one for each suite
      When the cipher suites for pre-shared keys are tried one by one
      Then the cipher suites for pre-shared keys are agreed to

  @SEC-08 @must
  Rule: A device can prove who it is by HTTP Basic
    Every client has Basic, so a server without it locks out the clients that have nothing else.

    Scenario: A session by HTTP Basic
      Given the server is to send "the known device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When "the known device" runs a session by HTTP Basic
      Then a device is known by HTTP Basic

  @SEC-09 @must
  Rule: A device can prove who it is by HTTP Digest
    Digest keeps the password from whoever reads along.

    Scenario: A session by HTTP Digest
      Given the server is to send "the known device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When "the known device" runs a session by HTTP Digest with each algorithm that is offered
      Then a device is known by HTTP Digest

  @SEC-12 @must
  Rule: A device that has credentials at the server gets no command before it has proved who it is
    Commands tell what a device has and is about to do; whoever gets them can answer for it.

    Scenario Outline: A #1 <sent>
      Given the server is to send "the known device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      When "the known device" sends #1 <sent>
      And "the known device" proves who it is and runs its session
      Then no command comes before the device has proved who it is

      Examples: Nothing, or nothing that is worth anything
        | sent                                       |
        | without credentials                        |
        | with a wrong password by HTTP Basic        |
        | with a wrong password by HTTP Digest       |
        | with a certificate that nobody vouches for |

  @SEC-13 @must
  Rule: The credentials of one device open no session of another
    One device that was broken into must not give away all others.

    Scenario Outline: A #1 in the name of another, by <means>
      Given the server is to send "the known device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      When "another known device" sends #1 in the name of "the known device" by <means>
      And "the known device" proves who it is and runs its session
      Then the credentials of one device open no session of another

      Examples: Credentials that are right, for another device
        | means       |
        | HTTP Basic  |
        | HTTP Digest |
        | certificate |

  @SEC-15 @must
  Rule: Every cipher suite that TS names for certificates is agreed to
    A client need have only one of them, so a server that lacks one locks out the clients that have it.

    Scenario: Handshakes, one for each suite
      When the cipher suites for certificates are tried one by one
      Then the cipher suites for certificates are agreed to

  @SEC-17 @should
  Rule: A Digest response to a nonce that the server never gave, or whose count was used before, opens nothing
    Who has recorded one request must not be able to send it again, nor to choose what a device answers to.

    Scenario: A request that is sent again
      Given the server is to send "the known device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | END  |                                  |                                    |
        | 3 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When "the known device" sends #1 by HTTP Digest, ends the session, and sends the same #1 again
      And "the known device" proves who it is and runs its session
      Then a Digest nonce opens nothing twice, and a made-up one nothing at all

    Scenario: A nonce that the server never gave
      Given the server is to send "the known device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
      When "the known device" sends #1 by HTTP Digest with a nonce of its own making
      And "the known device" proves who it is and runs its session
      Then a Digest nonce opens nothing twice, and a made-up one nothing at all
