@server
Feature: Content negotiation, judged on the DM Server

  @NEG-01 @must
  Rule: A request of a media type that the server cannot read is answered 415
    The client learns at once that no other body will help.

    Scenario Outline: A #1 typed <type>
      When the device sends a #1 typed <type> that is no JSON
      Then a request type that cannot be read is answered 415

      Examples: Types that are no package
        | type                            |
        | text/xml                        |
        | image/x-dmconform               |
        | application/vnd.syncml.dm+wbxml |

  @NEG-02 @must
  Rule: A request that accepts nothing which the server can produce is answered 406
    A package in a type that the client cannot read is no package.

    Scenario Outline: A #1 that accepts <accept>
      When the device sends a #1 that accepts <accept>
      Then a request that accepts nothing at hand is answered 406

      Examples: Types that nobody has
        | accept                               |
        | image/x-dmconform                    |
        | image/x-dmconform, audio/x-dmconform |

  @NEG-03 @may
  Rule: OMADM-Accept, where the server sends it, is a list of media ranges
    A list that cannot be read helps nobody.

    Scenario: A refusal of a type
      When the device sends a #1 typed text/xml that is no JSON
      Then OMADM-Accept is well-formed

  @NEG-05 @must
  Rule: Weights and wildcards of Accept are honoured
    A client that names its wishes must be able to rely on them.

    Scenario Outline: A #1 that accepts <accept>
      When the device sends a #1 that accepts <accept>
      Then weights and wildcards of Accept are honoured

      Examples: Lists that allow the request type
        | accept                                                       |
        | image/x-dmconform, application/vnd.oma.dm.request+json;q=0.1 |
        | */*                                                          |
        | application/*;q=0.2, image/x-dmconform                       |
        | APPLICATION/VND.OMA.DM.REQUEST+JSON ; Q=0.5                  |

    Scenario Outline: A #1 that excludes its answer by <accept>
      When the device sends a #1 that accepts <accept>
      Then weights and wildcards of Accept are honoured

      Examples: Lists that exclude the request type
        | accept                                                     |
        | application/vnd.oma.dm.request+json;q=0                    |
        | application/vnd.oma.dm.request+json;q=0, image/x-dmconform |
        | image/*, application/vnd.oma.dm.request+json;q=0.000       |
