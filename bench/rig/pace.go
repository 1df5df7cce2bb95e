package rig

import "time"

// pace slows a reader down. Short pauses are accumulated, because timers are not exact enough for them.
type pace struct {
	each time.Duration
	owed time.Duration
}

const shortestPause = 2 * time.Millisecond

func (p *pace) pause() {
	if p.owed += p.each; p.owed >= shortestPause {
		began := time.Now()
		time.Sleep(p.owed)
		p.owed -= time.Since(began)
	}
}
