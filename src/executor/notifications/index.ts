export { loadChannels, NO_CHANNELS, type Channels } from './channels.ts';
export { notificationDelivery, type Delivery, type DeliveryDependencies, type DeliveryRound } from './deliver.ts';
