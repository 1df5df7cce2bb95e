package rig

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Plan describes what the upstream streams for one run. It is sent as the text of the message to the agent.
type Plan struct {
	// Run is the number of the run. Each of its events contains it.
	Run int
	// Events is the number of events between the two that open the stream and the one that ends it.
	Events int
	// Responses has the run go through the Responses API; the upstream refuses the run operations of March then.
	Responses bool
	// Small has the run stream nothing but short thoughts of about 170 bytes, as the text of a model comes.
	Small bool
	// Every is the pause between two events; 0 is full speed.
	Every time.Duration
}

// framingEvents is the number of events that open and end a stream.
const framingEvents = 3

// Total returns the number of all events of the stream.
func (p Plan) Total() int { return p.Events + framingEvents }

// String returns the message that requests the plan.
func (p Plan) String() string {
	text := fmt.Sprintf("n=%d every=%v run=%d", p.Events, p.Every, p.Run)
	if p.Responses {
		text += " api=responses"
	}
	if p.Small {
		text += " size=small"
	}
	return text
}

// ParsePlan parses the text of a message.
func ParsePlan(text string) (Plan, error) {
	var p Plan
	for field := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(field, "=")
		var err error
		switch name {
		case "n":
			p.Events, err = strconv.Atoi(value)
		case "run":
			p.Run, err = strconv.Atoi(value)
		case "api":
			p.Responses = value == "responses"
		case "size":
			p.Small = value == "small"
		case "every":
			p.Every, err = time.ParseDuration(value)
		default:
			err = fmt.Errorf("unknown field %q", name)
		}
		if err != nil {
			return Plan{}, fmt.Errorf("plan %q: %w", text, err)
		}
	}
	return p, nil
}
