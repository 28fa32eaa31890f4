export { type Notice, sendNotice, sendNoticeLater } from "./notices.ts";
export { passwordSwitchedOff } from "./password-switched-off.ts";
export {
  describeDevice,
  describeKnownDevice,
  formatTime,
  requestDetails,
  timeElement,
} from "./request-details.ts";
