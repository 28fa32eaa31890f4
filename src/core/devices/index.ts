export { deviceOf } from "./device-name.ts";
export { hasSignedIn, knownDeviceId, rememberDevice } from "./devices.ts";
export { deleteExpiredDevices, revokeDevices, revokeUnusedDevice } from "./queries.ts";
