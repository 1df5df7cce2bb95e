package doctor

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	// skewed is from when a difference between the clocks is remarked upon, and harmful from when it breaks things.
	skewed  = time.Minute
	harmful = 5 * time.Minute
)

// clockFinding compares the time of a response with that of this machine.
func clockFinding(header http.Header, now time.Time) Finding {
	f := Finding{ID: checkClock, State: OK}
	theirs, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return Finding{ID: checkClock, State: Skipped, Found: "the service does not say what time it is"}
	}
	age, _ := strconv.Atoi(header.Get("Age")) // of a response from a cache
	ahead := now.Sub(theirs.Add(time.Duration(age) * time.Second)).Round(time.Second)
	word := "ahead of"
	if ahead < 0 {
		word = "behind"
	}
	if ahead.Abs() <= skewed {
		f.Found = "right, by that of the service"
		return f
	}
	f.State, f.Do = Warning, "set the clock of this machine, or let it follow a time server"
	f.Found = fmt.Sprintf("this machine is %v %s the service", ahead.Abs(), word)
	if ahead.Abs() > harmful {
		f.Found += ": certificates and tokens may count as expired or not valid yet"
	}
	return f
}
