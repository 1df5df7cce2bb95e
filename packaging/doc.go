// Package packaging tests what brings the program to people: the Dockerfile, the examples of deployments, the workflows and
// the manifests of registries. It is a module of its own, so that what reads all these formats is not in go.mod of the
// program.
package packaging
