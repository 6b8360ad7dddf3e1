{{- define "inlaid.name" -}}
{{- printf "%s" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "inlaid.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "inlaid.secret" -}}
{{- if .Values.secrets.external.enabled }}{{ include "inlaid.name" . }}{{ else }}{{ required "secrets.existing names no Secret" .Values.secrets.existing }}{{ end -}}
{{- end -}}

{{- define "inlaid.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "inlaid.name" .) }}{{ else }}{{ .Values.serviceAccount.name | default "default" }}{{ end -}}
{{- end -}}

{{/* What a pod of a part is selected by: (list . "web"). */}}
{{- define "inlaid.selector" -}}
app.kubernetes.io/name: inlaid
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "inlaid.labels" -}}
{{ include "inlaid.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ (index . 0).Chart.Name }}-{{ (index . 0).Chart.Version }}
{{- end -}}

{{/* Settings of every process, and those of one: (list . (list (dict "name" .. "value" ..) ..)). */}}
{{- define "inlaid.env" -}}
{{- $root := index . 0 -}}
{{- $model := ternary (printf "http://%s-model:8091/v1" (include "inlaid.name" $root)) "" $root.Values.model.enabled -}}
- {name: INLAID_HOST, value: "0.0.0.0"}
- {name: INLAID_PUBLIC_URL, value: {{ required "publicUrl is not set" $root.Values.publicUrl | quote }}}
{{- if and $model (not (hasKey $root.Values.settings "INLAID_MODEL_URL")) }}
- {name: INLAID_MODEL_URL, value: {{ $model | quote }}}
- {name: INLAID_MODEL_LOCAL, value: "true"}
{{- end }}
{{- range $name, $value := $root.Values.settings }}
{{- /* Helm reads numbers as floats, and writes large ones with an exponent. */}}
{{- if kindIs "float64" $value }}{{ fail (printf "settings.%s: put the number in quotes" $name) }}{{ end }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- range index . 1 }}
- {name: {{ .name }}, value: {{ .value | quote }}}
{{- end }}
{{- end -}}

{{- define "inlaid.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* What stands beside the containers of every pod: (list . "web"). */}}
{{- define "inlaid.pod" -}}
{{- $root := index . 0 -}}
{{- /* The migration runs before the chart's own account is there, and needs none. */}}
{{- if ne (index . 1) "migration" }}
serviceAccountName: {{ include "inlaid.serviceAccount" $root }}
{{- end }}
automountServiceAccountToken: false
{{- with $root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- if $root.Values.topologySpread.enabled }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: {{ $root.Values.topologySpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels: {{ include "inlaid.selector" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- with $root.Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "inlaid.volumes" -}}
volumes:
  - {name: home, emptyDir: {sizeLimit: 2Gi}}
  - {name: tmp, emptyDir: {sizeLimit: 2Gi}}
{{- end -}}

{{- define "inlaid.mounts" -}}
volumeMounts:
  - {name: home, mountPath: /var/lib/inlaid}
  - {name: tmp, mountPath: /tmp}
{{- end -}}

{{- define "inlaid.metadata" -}}
labels: {{ include "inlaid.labels" . | nindent 2 }}
{{- with (index . 0).Values.podLabels }}
{{ toYaml . | indent 2 }}
{{- end }}
{{- with (index . 0).Values.podAnnotations }}
annotations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
