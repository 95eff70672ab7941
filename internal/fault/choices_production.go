package fault

var productionChoices = []Choice{}
