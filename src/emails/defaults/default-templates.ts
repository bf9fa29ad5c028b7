/** The built-in templates, for applications without their own. */
import type { TemplateSource } from '../template';
import { WORDS, type Words } from './words';

/** A template with its locale. */
export type LocalTemplate = TemplateSource & { readonly locale: string };

/** The built-in templates of the double opt-in e-mail. */
export const DEFAULT_TEMPLATES: readonly LocalTemplate[] = WORDS.map((words) => ({
  locale: words.locale,
  subject: `{% if reminder %}${words.reminderSubject}{% else %}${words.subject}{% endif %}`,
  mjml: mjml(words),
  text: text(words),
}));

/** No image and no font from elsewhere: nothing is fetched when it is read, so nothing can track the reader. */
function mjml(words: Words): string {
  return `<mjml lang="{{ locale }}">
  <mj-head>
    <mj-title>{{ subject }}</mj-title>
    <mj-preview>${words.heading}. ${words.expiry}</mj-preview>
    <mj-attributes>
      <mj-all font-family="Arial, Helvetica, sans-serif" color="#1f2430" />
      <mj-text font-size="16px" line-height="1.5" padding="8px 0" />
    </mj-attributes>
    <mj-style>
      h1 { margin: 0; font-size: 24px; line-height: 1.3; font-weight: bold; }
      h2 { margin: 0 0 4px; font-size: 18px; line-height: 1.4; font-weight: bold; }
      p { margin: 0; }
      a { color: #174ea6; }
      .item { margin: 0 0 16px; padding: 0 0 0 16px; border-left: 4px solid #c5cad6; }
      .item p { margin: 4px 0 0; }
    </mj-style>
  </mj-head>
  <mj-body background-color="#eef0f4" width="600px">
    <mj-section padding="16px 0 0"></mj-section>
    <mj-section background-color="#ffffff" border-radius="8px" padding="24px 32px">
      <mj-column>
        <mj-text font-size="14px" color="#4a5160">{{ application.name }}</mj-text>
        <mj-text><h1>${words.heading}</h1></mj-text>
        <mj-text>
          {% if reminder %}<p style="margin-bottom: 12px">${words.reminder}</p>{% endif %}
          <p>${words.intro}</p>
        </mj-text>
        <mj-text padding="16px 0 0">
          {% for item in items %}
          <div class="item">
            <h2>{{ item.name }}</h2>
            {% if item.statement %}<p style="white-space: pre-line">{{ item.statement }}</p>{% endif %}
            {% if item.privacyPolicy %}
            <p>${words.policy}
              {% if item.privacyPolicy.url %}<a href="{{ item.privacyPolicy.url }}">{{ item.privacyPolicy.name }}</a>{% else %}{{ item.privacyPolicy.name }}{% endif %}
            </p>
            {% endif %}
          </div>
          {% endfor %}
        </mj-text>
        <mj-button href="{{ confirmUrl }}" background-color="{{ application.accent }}" color="{{ application.accentText }}" font-size="18px" font-weight="bold" border-radius="6px" inner-padding="14px 28px" padding="8px 0 16px" align="left">${words.button}</mj-button>
        <mj-text font-size="14px">
          <p>${words.fallback}<br /><a href="{{ confirmUrl }}" style="word-break: break-all">{{ confirmUrl }}</a></p>
        </mj-text>
        <mj-text font-size="14px"><p>${words.expiry}</p></mj-text>
        <mj-divider border-width="1px" border-color="#c5cad6" padding="12px 0" />
        <mj-text font-size="14px" color="#4a5160"><p>${words.ignore}</p></mj-text>
      </mj-column>
    </mj-section>
    <mj-section padding="0 0 16px"></mj-section>
  </mj-body>
</mjml>
`;
}

function text(words: Words): string {
  return `${words.heading}

{% if reminder %}${words.reminder}

{% endif %}${words.intro}

{% for item in items -%}
* {{ item.name }}
{%- if item.statement %}
  {{ item.statement }}
{%- endif %}
{%- if item.privacyPolicy %}
  ${words.policy} {{ item.privacyPolicy.name }}{% if item.privacyPolicy.url %} ({{ item.privacyPolicy.url }}){% endif %}
{%- endif %}

{% endfor -%}
${words.button}:
{{ confirmUrl }}

${words.expiry}

--
${words.ignore}
`;
}
