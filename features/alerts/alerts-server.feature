@server
Feature: Generic Alerts, judged on the DM Server

  @ALT-06 @must
  Rule: Alerts of any registered type are accepted in package 1 and package 3, and answered by nothing but the flow
    Alerts are news for the management application; the protocol has no answer to them.

    Scenario Outline: <what>
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      And the server is to send "a silent device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When a silent device runs a session, and then the device one with the alert <alert>
      Then alerts are accepted and the flow goes on

      Examples: Alerts
        | what                       | alert                                                                                                                                                                                  |
        | The type alone             | {"AlertType":"urn:oma:at:fumo:1.0:OperationComplete"}                                                                                                                                   |
        | Every member               | {"AlertType":"urn:oma:at:scomo:1.0:OperationComplete","SourceURI":"urn:oma:mo:oma-dm-devinfo:1.2//","TargetURI":"http://a.example/b","Mark":"fatal","DataType":"text/plain","Data":{}} |
        | Data that goes deep        | {"AlertType":"urn:oma:at:lawmo:1.0:OperationComplete","Mark":"harmless","Data":{"a":{"b":[1,{"c":null}]}}}                                                                              |
        | Members that nobody defined | {"AlertType":"urn:oma:at:dm:1.0:Audit","Mark":"minor","Data":{"ResultCode":1200},"vendor":true}                                                                                         |

  @ALT-07 @must
  Rule: An AlertType that the server does not know does no harm
    Every vendor may add types of its own.

    Scenario Outline: The type <what>
      Given the server is to send "the device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      And the server is to send "a silent device"
        | 1 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Man |
        | 2 | HPUT | http://repository.example/{mark} | urn:oma:mo:oma-dm-devinfo:1.2//Mod |
      When a silent device runs a session, and then the device one with the alert <alert>
      Then an unknown AlertType does no harm

      Examples: Types of alerts
        | what                         | alert                                                                       |
        | of a vendor                  | {"AlertType":"urn:example:at:battery:1.0","Mark":"warning","Data":{"level":7}} |
        | that is a web address        | {"AlertType":"http://vendor.example/alerts/1"}                              |
        | that is one letter           | {"AlertType":"x"}                                                           |
        | that is written in Greek     | {"AlertType":"συναγερμός","Mark":"indeterminate"}                           |
