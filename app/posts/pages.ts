import {
  describeFieldError,
  type FieldProblem,
  type FieldProblems,
  type Messages,
  type Page,
  type RequestAuth,
  ui,
} from "latchkey";
import { editing } from "./policy.ts";
import type { Post } from "./posts.ts";

const { emptyState, errorSummary, form, html, linkButton, pageHeader, submitButton, textField, timeElement } =
  ui;

const EXCERPT_CODE_POINTS = 240;

function authorName(post: Post): string {
  return post.authorName ?? "Somebody";
}

function excerpt(content: string): string {
  const points = Array.from(content.slice(0, 2 * EXCERPT_CODE_POINTS));
  if (points.length <= EXCERPT_CODE_POINTS) return content;
  const beginning = points.slice(0, EXCERPT_CODE_POINTS).join("");
  // Cuts before a word, unless the word is very long.
  return `${beginning.replace(/(\s)\S{1,30}$/, "$1").trimEnd()} …`;
}

function meta(post: Post, now: number): ui.Html {
  const created = timeElement({ time: post.createdAt, now, language: "en" });
  const changed = post.updatedAt > post.createdAt && html`<span>edited</span>`;
  return html`<p class="post-meta"><span>${authorName(post)}</span>${created}${changed}</p>`;
}

/** A list of posts, each with its excerpt. */
export function postList(posts: readonly Post[], now: number): ui.Html {
  return html`<ul class="posts">${posts.map(
    (post) =>
      html`<li><h3><a href="/posts/${post.id}">${post.title}</a></h3><p class="post-excerpt">${excerpt(post.content)}</p>${meta(post, now)}</li>`,
  )}</ul>`;
}

export function listPage(
  auth: RequestAuth,
  { posts, next, first, now }: { posts: readonly Post[]; next: string | null; first: boolean; now: number },
): Page {
  const signedIn = auth.user !== null;
  const write = signedIn && linkButton({ href: "/posts/new", label: "New post", variant: "primary" });
  const nothing = emptyState({
    title: first ? "No posts yet" : "No more posts",
    description: first ? "Be the first to write one." : "You have reached the end.",
    action: first
      ? linkButton({ href: "/posts/new", label: "Write a post" })
      : linkButton({ href: "/posts", label: "Newest posts" }),
  });
  const older =
    next !== null && html`<div>${linkButton({ href: `/posts?cursor=${next}`, label: "Older posts" })}</div>`;
  return {
    title: "Posts",
    description: "The latest from everyone here.",
    width: "content",
    body: html`${pageHeader({ title: "Posts", intro: "The latest from everyone here.", ...(write ? { actions: write } : {}) })}
${posts.length === 0 ? nothing : html`<h2 class="visually-hidden">All posts</h2>${postList(posts, now)}`}${older}`,
  };
}

export function postPage(auth: RequestAuth, post: Post, now: number): Page {
  const actions = auth.can(editing, post) && linkButton({ href: `/posts/${post.id}/edit`, label: "Edit" });
  return {
    title: post.title,
    description: excerpt(post.content),
    width: "content",
    body: html`<article class="post">${pageHeader({ title: post.title, ...(actions ? { actions } : {}) })}
${meta(post, now)}
<div class="post-body">${post.content}</div></article>
<p><a href="/posts">All posts</a></p>`,
  };
}

/** The stored values of a form, or the typed ones if they were refused. */
export interface PostForm {
  values: { title: string; content: string };
  problems: FieldProblems;
  /** Why the form was refused, if no field is the reason. */
  message?: string | undefined;
}

const isRefused = ({ problems, message }: PostForm) =>
  message !== undefined || Object.keys(problems).length > 0;

function fieldsOf({ values, problems, message }: PostForm, messages: Messages): ui.Html {
  const errors = Object.entries(problems).flatMap(([field, [problem]]) =>
    problem === undefined ? [] : [{ field, message: sentenceFor(messages, field, problem) }],
  );
  const error = (name: string) => {
    const found = errors.find(({ field }) => field === name);
    return found === undefined ? {} : { error: found.message };
  };
  const refused = message !== undefined || errors.length > 0;
  const summary =
    refused &&
    errorSummary({
      title: messages.common.errorSummaryTitle,
      errors: errors.map(named),
      ...(message === undefined ? {} : { message }),
    });
  return html`${summary}
${textField({ name: "title", label: labels.title ?? "", value: values.title, autocomplete: "off", required: true, autofocus: !refused && values.title === "", hint: "At most 200 characters.", ...error("title") })}
${textField({ name: "content", label: labels.content ?? "", value: values.content, autocomplete: "off", required: true, rows: 14, hint: "Plain text. Line breaks are kept.", ...error("content") })}`;
}

const labels: Record<string, string> = { title: "Title", content: "Text" };

const whenEmpty: Record<string, string> = {
  title: "Enter a title.",
  content: "Write something first.",
};

/** In the summary a sentence for any field stands behind the label of its field. */
function named({ field, message }: { field: string; message: string }) {
  return message === whenEmpty[field]
    ? { field, message }
    : { field, message: `${labels[field]}: ${message}` };
}

function sentenceFor(messages: Messages, field: string, problem: FieldProblem): string {
  const own = problem.code === "required" ? whenEmpty[field] : undefined;
  return own ?? describeFieldError(messages, problem.code, { field, ...limitOf(problem) });
}

function limitOf({ maximum }: { maximum?: number }): { limit?: number } {
  return maximum === undefined ? {} : { limit: maximum };
}

export function newPostPage(auth: RequestAuth, model: PostForm, messages: Messages): Page {
  return {
    title: "New post",
    width: "content",
    error: isRefused(model),
    body: html`<div class="writing">${pageHeader({ title: "New post", intro: "Everybody will be able to read it." })}
${form({ action: "/posts/new", csrfField: auth.csrfField, children: html`${fieldsOf(model, messages)}${submitButton("Publish")}` })}</div>`,
  };
}

export function editPostPage(auth: RequestAuth, post: Post, model: PostForm, messages: Messages): Page {
  const children = html`${fieldsOf(model, messages)}<div class="actions">${submitButton("Save changes")}${linkButton({ href: `/posts/${post.id}`, label: "Cancel", variant: "quiet" })}</div>`;
  const remove = form({
    action: `/posts/${post.id}/delete`,
    csrfField: auth.csrfField,
    children: html`<p>This can't be undone.</p>${submitButton("Delete this post", "danger")}`,
  });
  return {
    title: "Edit post",
    width: "content",
    error: isRefused(model),
    body: html`<div class="writing">${pageHeader({ title: "Edit post" })}
${form({ action: `/posts/${post.id}/edit`, csrfField: auth.csrfField, children })}
<details class="danger-zone"><summary>Delete this post</summary>${remove}</details></div>`,
  };
}
