package packaging

import (
	"path/filepath"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/yaml"
)

const manifests = "../examples/kubernetes"

// object reads a manifest. Unknown and repeated fields are errors, and so is a wrong apiVersion or kind.
func object[T runtime.Object](t *testing.T, file string) T {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{appsv1.AddToScheme, corev1.AddToScheme, networkingv1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	decoded, _, err := decoder.Decode([]byte(read(t, filepath.Join(manifests, file))), nil, nil)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	typed, ok := decoded.(T)
	if !ok {
		t.Fatalf("%s is a %T, want a %T", file, decoded, typed)
	}
	return typed
}

func TestKubernetesDeploymentServes(t *testing.T) {
	t.Parallel()
	pod := object[*appsv1.Deployment](t, "deployment.yaml").Spec.Template.Spec
	container := pod.Containers[0]
	if len(container.Env) != 0 || len(container.EnvFrom) != 0 {
		t.Errorf("env = %v %v, want none: the test starts the program without", container.Env, container.EnvFrom)
	}
	checkHealth(t, serve(t, nil, anyPort(container.Args)...))
	if path := container.ReadinessProbe.HTTPGet.Path; path != "/healthz" {
		t.Errorf("the probe asks for %s, want /healthz", path)
	}
	security := container.SecurityContext
	if !*pod.SecurityContext.RunAsNonRoot || !*security.ReadOnlyRootFilesystem || *security.AllowPrivilegeEscalation ||
		!slices.Equal(security.Capabilities.Drop, []corev1.Capability{"ALL"}) {
		t.Errorf("security contexts = %v, %v, want no root, no writing and no capabilities", pod.SecurityContext, security)
	}
}

func TestKubernetesObjectsFitTogether(t *testing.T) {
	t.Parallel()
	deployment, service := object[*appsv1.Deployment](t, "deployment.yaml"), object[*corev1.Service](t, "service.yaml")
	pod := labels.Set(deployment.Spec.Template.Labels)
	if !labels.SelectorFromSet(deployment.Spec.Selector.MatchLabels).Matches(pod) || !labels.SelectorFromSet(service.Spec.Selector).Matches(pod) {
		t.Errorf("the deployment selects %v and the service %v, the pod has %v", deployment.Spec.Selector, service.Spec.Selector, pod)
	}
	port := deployment.Spec.Template.Spec.Containers[0].Ports[0]
	if got := service.Spec.Ports[0].TargetPort.String(); got != port.Name || port.ContainerPort != 8585 {
		t.Errorf("the service leads to port %s, the container has %s, %d", got, port.Name, port.ContainerPort)
	}
	backend := object[*networkingv1.Ingress](t, "ingress.yaml").Spec.Rules[0].HTTP.Paths[0].Backend.Service
	if backend.Name != service.Name || backend.Port.Name != service.Spec.Ports[0].Name {
		t.Errorf("the ingress leads to %v, want %s, %s", backend, service.Name, service.Spec.Ports[0].Name)
	}
}

func TestKustomizationHoldsEveryManifest(t *testing.T) {
	t.Parallel()
	var kustomization struct{ Resources []string }
	if err := yaml.Unmarshal([]byte(read(t, manifests+"/kustomization.yaml")), &kustomization); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(manifests + "/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := filepath.Base(file); name != "kustomization.yaml" && !slices.Contains(kustomization.Resources, name) {
			t.Errorf("kustomization.yaml does not name %s", name)
		}
	}
	if len(files) != len(kustomization.Resources)+1 {
		t.Errorf("resources = %v, want the other files among %v", kustomization.Resources, files)
	}
}
