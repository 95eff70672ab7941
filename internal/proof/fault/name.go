package fault

import "slices"

// Find returns the fault of that name, and whether there is one.
func Find(name string) (Fault, bool) {
	all := All()
	i := slices.IndexFunc(all, func(f Fault) bool { return f.Name == name })
	if i < 0 {
		return Fault{}, false
	}
	return all[i], true
}

// FindChoice returns the choice of that name, and whether there is one.
func FindChoice(name string) (Choice, bool) {
	all := Choices()
	i := slices.IndexFunc(all, func(c Choice) bool { return c.Name == name })
	if i < 0 {
		return Choice{}, false
	}
	return all[i], true
}

// Names are the names of the faults, by subject.
func Names() []string {
	var names []string
	for _, f := range All() {
		names = append(names, f.Name)
	}
	return names
}

// ChoiceNames are the names of the choices, by subject.
func ChoiceNames() []string {
	var names []string
	for _, c := range Choices() {
		names = append(names, c.Name)
	}
	return names
}
