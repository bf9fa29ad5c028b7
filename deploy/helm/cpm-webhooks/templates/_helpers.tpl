{{/* Labels that select the pods of a part. */}}
{{- define "cpm.selector" -}}
app.kubernetes.io/name: cpm-webhooks
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "cpm.labels" -}}
{{ include "cpm.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "cpm.name" -}}
{{ printf "%s-%s" .root.Release.Name .part | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "cpm.image" -}}
{{ required "image.repository names the image of the service" .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* As docker-compose.yml has it: nobody in particular, who can write nowhere but to /tmp. */}}
{{- define "cpm.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "cpm.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{- define "cpm.mounts" -}}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- if .Values.temporal.tls.secret }}
  - name: temporal-tls
    mountPath: /etc/temporal-tls
    readOnly: true
  {{- end }}
{{- end }}

{{- define "cpm.volumes" -}}
volumes:
  - name: tmp
    emptyDir: {}
  {{- with .Values.temporal.tls.secret }}
  - name: temporal-tls
    secret:
      secretName: {{ . }}
      defaultMode: 0440
  {{- end }}
{{- end }}

{{- define "cpm.secretValue" -}}
valueFrom:
  secretKeyRef:
    name: {{ .secret }}
    key: {{ .key }}
{{- end }}

{{/* What all parts are told. */}}
{{- define "cpm.environment" -}}
- name: CPM_ENCRYPTION_KEY
  {{- include "cpm.secretValue" (dict "secret" (required "encryptionKey.secret names a Secret" .Values.encryptionKey.secret) "key" .Values.encryptionKey.key) | nindent 2 }}
{{- with .Values.encryptionKey.previousKeysKey }}
- name: CPM_PREVIOUS_ENCRYPTION_KEYS
  {{- include "cpm.secretValue" (dict "secret" $.Values.encryptionKey.secret "key" .) | nindent 2 }}
{{- end }}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range $name, $reference := .Values.secretSettings }}
- name: {{ $name }}
  {{- include "cpm.secretValue" $reference | nindent 2 }}
{{- end }}
{{- end }}

{{/* What API and workers are told besides: they connect as a role that owns nothing. */}}
{{- define "cpm.serviceEnvironment" -}}
- name: DATABASE_URL
  {{- include "cpm.secretValue" (dict "secret" (required "database.secret names a Secret" .Values.database.secret) "key" .Values.database.urlKey) | nindent 2 }}
{{- with .Values.database.directUrlKey }}
- name: DATABASE_DIRECT_URL
  {{- include "cpm.secretValue" (dict "secret" $.Values.database.secret "key" .) | nindent 2 }}
{{- end }}
- name: TEMPORAL_ADDRESS
  value: {{ required "temporal.address is host:port" .Values.temporal.address | quote }}
- name: TEMPORAL_NAMESPACE
  value: {{ .Values.temporal.namespace | quote }}
{{- with .Values.temporal.apiKey.secret }}
- name: TEMPORAL_API_KEY
  {{- include "cpm.secretValue" (dict "secret" . "key" $.Values.temporal.apiKey.key) | nindent 2 }}
{{- end }}
{{- with .Values.temporal.tls }}
{{- if .enabled }}
- name: TEMPORAL_TLS
  value: 'true'
{{- end }}
{{- with .serverName }}
- name: TEMPORAL_TLS_SERVER_NAME
  value: {{ . | quote }}
{{- end }}
{{- with .caFile }}
- name: TEMPORAL_TLS_SERVER_CA_CERT_PATH
  value: /etc/temporal-tls/{{ . }}
{{- end }}
{{- with .certFile }}
- name: TEMPORAL_TLS_CLIENT_CERT_PATH
  value: /etc/temporal-tls/{{ . }}
{{- end }}
{{- with .keyFile }}
- name: TEMPORAL_TLS_CLIENT_KEY_PATH
  value: /etc/temporal-tls/{{ . }}
{{- end }}
{{- end }}
{{- with .Values.temporal.uiUrl }}
- name: CPM_TEMPORAL_UI_URL
  value: {{ . | quote }}
{{- end }}
{{- with .Values.api.publicUrl }}
- name: CPM_PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
- name: CPM_METRICS_PORT
  value: {{ .Values.metrics.port | quote }}
- name: CPM_METRICS_HOST
  value: 0.0.0.0
{{ include "cpm.environment" . }}
{{- end }}

{{/* Pods of a part on different machines, where there are any. */}}
{{- define "cpm.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "cpm.selector" . | nindent 8 }}
{{- end }}

{{- define "cpm.placing" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "cpm.podAnnotations" -}}
prometheus.io/scrape: 'true'
prometheus.io/port: {{ .root.Values.metrics.port | quote }}
{{- with .own }}
{{ toYaml . }}
{{- end }}
{{- end }}
