export { type Device, knownDeviceId, rememberDevice } from "./devices.ts";
export { deleteDevicesOver, revokeDevices } from "./queries.ts";
