// Package grade runs the scenarios of a contract against a server and turns what happens into verdicts, points
// and one Result, the only thing that reports read.
package grade

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"restlab/internal/contract"
	"restlab/internal/history"
	"restlab/internal/wire"
	"restlab/steps"
)

// Version is the version of the result document. It grows when a reader of the older one would misread it.
const Version = 2

// Verdict on a scenario.
type Verdict string

// The verdicts. Failed breaks the rule. NotReached earns nothing and names the obstacle.
const (
	Passed     Verdict = "passed"
	Failed     Verdict = "failed"
	NotReached Verdict = "not reached"
	NotChecked Verdict = "not checked" // there was no time for it
	LabFault   Verdict = "lab fault"   // the lab or a feature file is wrong, not the server
	Advice     Verdict = "advice"      // failed, in a rule that never costs a mark
)

// Result is one grading.
type Result struct {
	Version   int         `json:"version"`
	Target    Target      `json:"target"`
	Seed      uint64      `json:"seed"`
	Level     string      `json:"level"`
	Started   time.Time   `json:"started"`
	Seconds   float64     `json:"seconds"`
	Summary   Summary     `json:"summary"`
	Scenarios []*Scenario `json:"scenarios"`

	Repeats []Repeated `json:"repeats,omitzero"` // nil where it was graded once
	Flaky   []Flaky    `json:"flaky,omitzero"`

	LeftBehind int `json:"left_behind,omitzero"` // items and tasks that were made and could not be deleted

	Deaths    int      `json:"deaths,omitzero"` // of programs that the lab has started
	LastWords []string `json:"-"`               // that such a program printed before it died last

	History history.History `json:"-"` // of clients that acted at once, for its own report
	notes   []string        // what else a reader has to know
	left    []Rule          // rules of which no scenario ran

	Silent bool `json:"-"` // requests were sent, and nothing came that begins as an answer of HTTP does
}

// Target is what was graded: base URLs, empty for a family that was not given.
type Target struct {
	Items string `json:"items,omitempty"`
	Tasks string `json:"tasks,omitempty"`

	ItemsReplicas []string `json:"items_replicas,omitempty"` // further servers on the same store
	TasksReplicas []string `json:"tasks_replicas,omitempty"`
	Through       string   `json:"through,omitempty"`  // the intermediary that all requests passed
	Commands      []string `json:"commands,omitempty"` // with which the lab has started the servers, or the client
	IsClient      bool     `json:"client,omitempty"`   // a client was graded, by what it asked of the lab's server there
}

// Summary counts rules, and in detail scenarios and points.
type Summary struct {
	Marks
	Counts
	Levels   []Score  `json:"levels"`
	Families []Score  `json:"families"`
	Rules    []Rule   `json:"rules"`
	Notes    []string `json:"notes"` // what else a reader has to know
}

// Marks count rules by their outcome, without advice. The four outcomes add up to Of.
type Marks struct {
	Of        int `json:"rules_of"`
	Kept      int `json:"rules_kept"`
	Broken    int `json:"rules_broken"`
	Unreached int `json:"rules_not_reached"`
	Unchecked int `json:"rules_not_checked"`
}

// Score is the share of one level or family. A rule counts at its lowest level.
type Score struct {
	Name      string `json:"name"`
	Rules     int    `json:"rules"`
	RulesKept int    `json:"rules_kept"`
	Points    int    `json:"points"`
	PointsOf  int    `json:"points_of"`
}

// Counts are numbers of scenarios by verdict, and points.
type Counts struct {
	Passed     int `json:"passed"`
	Failed     int `json:"failed"`
	NotReached int `json:"not_reached"`
	NotChecked int `json:"not_checked"`
	LabFaults  int `json:"lab_faults"`
	Advice     int `json:"advice"`
	Unsteady   int `json:"unsteady"` // of those not reached: failed among others and passed alone
	Points     int `json:"points"`
	PointsOf   int `json:"points_of"`
}

// Scenario is the verdict on one scenario, with everything that explains it. It is worth one point, or none if it is advice.
type Scenario struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Rule      string      `json:"rule"`
	RuleName  string      `json:"rule_name"`
	Level     string      `json:"level"`
	Strength  string      `json:"strength"`
	Family    string      `json:"family"` // items, tasks, or both
	Verdict   Verdict     `json:"verdict"`
	Points    int         `json:"points"`
	PointsOf  int         `json:"points_of"`
	Reason    string      `json:"reason"`
	Source    string      `json:"source"`
	Hints     []string    `json:"hints"`
	File      string      `json:"file"`
	Line      int         `json:"line"`
	Steps     []Step      `json:"steps"`
	Failure   *Failure    `json:"failure"`            // nil where nothing failed
	Why       string      `json:"why,omitempty"`      // of not reached, not checked and lab fault
	Because   string      `json:"because,omitempty"`  // of not reached: the rule that stands in the way, if it is known
	Unsteady  bool        `json:"unsteady,omitempty"` // it failed among others and passed alone
	Exchanges []*Exchange `json:"exchanges"`
	Seed      uint64      `json:"seed,omitempty"` // where it is not that of the result

	rule     *contract.Rule
	wholeRun bool // it judges the whole run
	cause    *steps.Failure
	causeKey string // equal for failures that one fault explains
	shape    string // method and kind of target of the request at fault
	excused  *excused
	moot     bool // it was not reached as there was nothing to judge
	died     bool // the program died meanwhile,
	alone    bool // and no other scenario ran
}

// Step is one sentence, with the fresh names filled in.
type Step struct {
	Keyword string `json:"keyword"`
	Text    string `json:"text"`
	Status  string `json:"status"` // passed, failed, skipped
	From    int    `json:"from"`   // its exchanges: indices From up to, not including, To
	To      int    `json:"to"`
}

// Failure has what was expected and what was received.
type Failure struct {
	Asked    string `json:"asked"`
	Exchange int    `json:"exchange"` // index into exchanges, -1 where no single one is at fault
	At       string `json:"at"`       // status, content, answer, verdict, or "field NAME"
	Expected string `json:"expected"`
	Received string `json:"received"`
	Note     string `json:"note,omitempty"`
	Picture  string `json:"picture,omitempty"` // lines to be shown as they are
	Curl     string `json:"curl,omitempty"`
}

// Exchange is a request and its response, or the reason why there was none.
type Exchange struct {
	Client  string  `json:"client"`
	Request Request `json:"request"`
	Answer  *Answer `json:"answer,omitempty"`
	Trouble string  `json:"trouble,omitempty"`
	Millis  float64 `json:"ms"`
	Curl    string  `json:"curl"`

	IsThrough bool `json:"-"` // an intermediary stood between

	Before *Answer `json:"-"` // what GET says of the resource before it, where a walk has looked
	After  *Answer `json:"-"` // and after it
}

// Request as it was sent.
type Request struct {
	Method string       `json:"method"`
	URL    string       `json:"url"`
	Target string       `json:"target"`
	Fields []wire.Field `json:"fields"`
	Body   *Body        `json:"body,omitempty"`
}

// Answer as it came.
type Answer struct {
	Status int            `json:"status"`
	Head   wire.Untrusted `json:"head"`
	Body   *Body          `json:"body,omitempty"`
	Stray  *Body          `json:"stray,omitempty"`
}

// Body is content, cut if it is long. JSON has "text", or "base64" if it is not UTF-8.
type Body struct {
	Octets    []byte
	Length    int // before it was cut
	Truncated bool
}

// The limits in bytes of what a result keeps of each body, head, field and curl line. When all of them together reach the
// limit, the result keeps less of each. A card shows less.
const (
	maxBody     = steps.KeptContent - utf8.UTFMax
	maxTogether = 8 << 20
	maxBeyond   = 1 << 10
)

// shortened is a text that is cut where it is long, and says so.
func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return text[:boundary([]byte(text), most)] + cutHere
}

const cutHere = "… (cut here by the lab)"

func newBody(octets []byte, most int) *Body {
	if len(octets) == 0 {
		return nil
	}
	b := &Body{Octets: octets, Length: len(octets)}
	if len(octets) > most {
		b.Octets, b.Truncated = bytes.Clone(octets[:boundary(octets, most)]), true
	}
	return b
}

// boundary returns the end of a UTF-8 character at or before the limit.
func boundary(octets []byte, limit int) int {
	for i := limit; i > limit-utf8.UTFMax; i-- {
		if utf8.RuneStart(octets[i]) {
			return i
		}
	}
	return limit
}

type bodyJSON struct {
	Length    int     `json:"length"`
	Truncated bool    `json:"truncated,omitempty"`
	Text      *string `json:"text,omitempty"`
	Base64    *string `json:"base64,omitempty"`
}

// MarshalJSON keeps every byte: as text, or in base64 where the bytes are not UTF-8.
func (b *Body) MarshalJSON() ([]byte, error) {
	out := bodyJSON{Length: b.Length, Truncated: b.Truncated}
	if text := string(b.Octets); utf8.ValidString(text) {
		out.Text = &text
	} else {
		encoded := base64.StdEncoding.EncodeToString(b.Octets)
		out.Base64 = &encoded
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (b *Body) UnmarshalJSON(data []byte) error {
	var in bodyJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*b = Body{Length: in.Length, Truncated: in.Truncated}
	if in.Text != nil {
		b.Octets = []byte(*in.Text)
		return nil
	}
	if in.Base64 == nil {
		return nil
	}
	var err error
	b.Octets, err = base64.StdEncoding.DecodeString(*in.Base64)
	return err
}

// newScenario returns the result of a scenario that has passed so far, with the fresh names filled in.
func newScenario(s *contract.Scenario, filled *steps.Scenario) *Scenario {
	rule := s.Rule
	out := &Scenario{
		ID: s.ID, Name: filled.Fill(s.Name), Rule: rule.ID, RuleName: rule.Name, Level: s.Level, Strength: rule.Strength,
		Family: familyOf(s), Verdict: Passed, Reason: rule.Reason, Source: rule.Source,
		Hints: s.HintsAt(""), File: s.File, Line: s.Line, Exchanges: []*Exchange{}, rule: rule, wholeRun: s.WholeRun,
	}
	for _, step := range s.Steps {
		out.Steps = append(out.Steps, Step{Keyword: step.Keyword, Text: wire.Untrusted(filled.Fill(step.Text)).String(), Status: "skipped"})
	}
	return out
}

// familyOf returns the one family that a scenario is about, or both.
func familyOf(s *contract.Scenario) string {
	if len(s.Families) != 1 {
		return both
	}
	return s.Families[0]
}

// exchange returns an exchange as the result keeps it.
func (r *run) exchange(x *wire.Exchange, look steps.Look) *Exchange {
	most := maxBody
	if r.kept.Load() > maxTogether {
		most = maxBeyond
	}
	out := newExchange(x, most)
	out.Before, out.After = newAnswer(look.Before, most), newAnswer(look.After, most)
	r.kept.Add(int64(out.size()))
	return out
}

// newExchange returns an exchange as a result keeps it, with this many bytes of each part.
func newExchange(x *wire.Exchange, most int) *Exchange {
	fields := slices.Clone(x.Request.Fields)
	for i := range fields {
		fields[i].Value = shortened(fields[i].Value, most) // it may be what the server sent
	}
	out := &Exchange{
		Client:  x.Client,
		Request: Request{x.Request.Method, x.Base + x.Request.Target, x.Request.Target, fields, newBody(x.Request.Body, most)},
		Millis:  float64(x.Took.Microseconds()) / 1000, IsThrough: x.Origin != "",
		Curl: shortened(x.Curl(), 4*most),
	}
	if x.Trouble != nil {
		out.Trouble = x.Trouble.What
		return out
	}
	out.Answer = newAnswer(x.Answer, most)
	return out
}

// newAnswer returns a response as a result keeps it, nil if there is none.
func newAnswer(a *wire.Answer, most int) *Answer {
	if a == nil {
		return nil
	}
	out := &Answer{Status: a.Status, Head: wire.Untrusted(shortened(string(a.Head), most)), Body: newBody(a.Content, most), Stray: newBody(a.Stray, most)}
	if a.Cut > 0 {
		out.Body.Length += a.Cut
	}
	return out
}

// size returns about how many bytes an exchange takes in a result.
func (x *Exchange) size() int {
	n := len(x.Curl)
	for _, f := range x.Request.Fields {
		n += len(f.Value)
	}
	if x.Request.Body != nil {
		n += len(x.Request.Body.Octets)
	}
	if x.Answer != nil {
		n += len(x.Answer.Head)
		if x.Answer.Body != nil {
			n += len(x.Answer.Body.Octets)
		}
	}
	return n
}
