// Package delivery tests that every event of every run reaches its caller exactly once, in order, on the right connection
// and before the result, under the loads of bench/rig.
package delivery
