package fault
var taskFaults, methodFaults, errorFaults, interfaceFaults, statelessFaults []Fault
var choices []Choice
