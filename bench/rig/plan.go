package rig

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Plan says what the upstream streams for one run. It travels as the text of the message to the agent.
type Plan struct {
	// Run names the run in each of its events.
	Run int
	// Events are sent between the two that open the stream and the one that ends it.
	Events int
	// Every is the pause between two events; 0 is full speed.
	Every time.Duration
}

// framing is how many events a stream has beside the planned ones.
const framing = 3

// Total is how many events the stream has in all.
func (p Plan) Total() int { return p.Events + framing }

// String is the message that asks for the plan.
func (p Plan) String() string {
	return fmt.Sprintf("n=%d every=%v run=%d", p.Events, p.Every, p.Run)
}

// ParsePlan reads the text of a message.
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
