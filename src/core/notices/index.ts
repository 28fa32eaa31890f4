export {
  circumstances,
  deviceInWords,
  knownDeviceInWords,
  momentInLists,
  momentInWords,
} from "./in-words.ts";
export { type Notice, sendNotice } from "./notices.ts";
export { passwordSwitchedOff } from "./password-switched-off.ts";
