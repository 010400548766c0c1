"use strict";
// Makes a photo small before it is sent, and sends it at once where nothing else is to be filled in.
// The page works without this: then the whole photo is sent, with the button.

const LONGEST = 2000;

async function small(file) {
  const picture = await createImageBitmap(file);
  const by = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * by);
  canvas.height = Math.round(picture.height * by);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return new File([blob], "photo.jpg", { type: "image/jpeg" });
}

async function taken(input) {
  if (!input.files[0]) return;
  const atOnce = input.form.dataset.send === "at-once";
  if (atOnce) document.body.classList.add("sends");
  try {
    const files = new DataTransfer();
    files.items.add(await small(input.files[0]));
    input.files = files.files;
  } catch (_error) {
    // Sent as it is: the station says what is wrong with it.
  }
  input.closest("label").classList.add("taken");
  if (atOnce) input.form.submit();
}

document.documentElement.classList.add("js");

for (const input of document.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => taken(input));
}
addEventListener("pageshow", () => document.body.classList.remove("sends"));
