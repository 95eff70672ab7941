package steps

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"restlab/internal/wire"
)

// Elsewhere returns a note for a list that lacks a task of this scenario, if the list has the description of the task under
// another id. It returns "" for other failures. Descriptions without a new name prove nothing: another grading may have left
// them.
func (s *Scenario) Elsewhere(f *Failure) string {
	if f.Exchange == nil || f.Exchange.Answer == nil || f.At != atContent {
		return ""
	}
	tasks, isList := decoded(f.Exchange).([]any)
	if !isList {
		return ""
	}
	for _, x := range s.exchanges {
		id, description := added(x)
		if id == "" || s.Unfill(description) == description || len(matching(tasks, map[string]any{"id": id})) > 0 {
			continue
		}
		for _, task := range matching(tasks, map[string]any{"description": description}) {
			if other, _ := task.(map[string]any)["id"].(string); other != "" && !s.hasAdded(other) {
				return fmt.Sprintf("The description %s is listed, but under the id %s and not under %s. Does the server keep a text that its framework reuses for the next request?",
					wire.Untrusted(description).Line(60), wire.Untrusted(other).Line(60), wire.Untrusted(id).Line(60))
			}
		}
	}
	return ""
}

// hasAdded reports whether the scenario has added a task under this id.
func (s *Scenario) hasAdded(id string) bool {
	return slices.ContainsFunc(s.exchanges, func(x *wire.Exchange) bool {
		ours, _ := added(x)
		return ours == id
	})
}

// added returns the id and the description of a task that the exchange added, "" for other exchanges.
func added(x *wire.Exchange) (id, description string) {
	name, isTask := strings.CutPrefix(x.Request.Target, "/tasks/")
	if !isTask || x.Request.Method != http.MethodPost || x.Answer == nil || x.Answer.Status/100 != 2 {
		return "", ""
	}
	body, _ := decode(x.Request.Body)
	task, _ := body.(map[string]any)
	description, _ = task["description"].(string)
	id, err := url.PathUnescape(name)
	if err != nil || description == "" {
		return "", ""
	}
	return id, description
}
