package rig

import "time"

// pace is a reader that takes its time. Short pauses are saved up, because no timer is that exact.
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
