// Package a2a is a client of agents that speak the A2A protocol, in its versions 0.2, 0.3 and 1.0 alike.
//
// Messages and parts are those of the Agents API, which took them from A2A 0.3.
package a2a
