export {
  circumstances,
  deviceInWords,
  knownDeviceInWords,
  momentInWords,
  type Notice,
  sendNotice,
  shortMomentInWords,
} from "./notices.ts";
export { passwordSwitchedOff } from "./password-switched-off.ts";
