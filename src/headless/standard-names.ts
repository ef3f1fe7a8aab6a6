/** Names of the standardised variables (2.0.1 and 2.1 appendices) and 1.6 configuration keys, to tell a typo from a setting of a
 * block that this station hasn't got. */

/** `Component Variable Variable …` */
const VARIABLES = [
  'ACDERCtrlr ModesSupported',
  'AlignedDataCtrlr Available Enabled Interval Measurands SendDuringIdle SignReadings SignUpdatedReadings TxEndedInterval'
    + ' TxEndedMeasurands UpstreamInterval UpstreamMeasurands',
  'AuthCacheCtrlr Available DisablePostAuthorize Enabled Entries LifeTime Policy Storage',
  'AuthCtrlr AdditionalInfoItemsPerMessage AuthorizeRemoteStart DisableRemoteAuthorization Enabled LocalAuthorizeOffline'
    + ' LocalPreAuthorize MasterPassGroupId OfflineTxForUnknownIdEnabled SupportedIdTokenTypes',
  'BatteryCartridge Available SoC SoH WorkingMode',
  'BatterySwapCtrlr IdToken MaxSoc SwapOrder TargetSoc Timeout',
  'CHAdeMOCtrlr AutoManufacturerCode CHAdeMOProtocolNumber DynamicControl HighCurrentControl HighVoltageControl'
    + ' SelftestActive VehicleStatus',
  'CPPWMController State',
  'ChargingStation AllowNewSessionsPendingFirmwareUpdate AvailabilityState Available Model SupplyPhases VendorName',
  'ClockCtrlr DateTime NextTimeOffsetTransitionDateTime NtpServerUri NtpSource TimeAdjustmentReportingThreshold'
    + ' TimeOffset TimeSource TimeZone',
  'ConnectedEV Available ProtocolAgreed ProtocolSupportedByEV VehicleCertificate VehicleID VehicleId',
  'Connector AvailabilityState Available ChargeProtocol ConnectorType PhaseRotation SlotStatus SupplyPhases',
  'Controller MaxMsgElements',
  'CustomizationCtrlr CustomImplementationEnabled CustomTriggers',
  'DCDERCtrlr ModesSupported',
  'DeviceDataCtrlr BytesPerMessage ConfigurationValueSize ItemsPerMessage ReportingValueSize ValueSize',
  'DisplayMessageCtrlr Available DisplayMessages Enabled Language PersonalMessageSize SupportedFormats'
    + ' SupportedPriorities SupportedStates',
  'DistributionPanel ChargingStation DistributionPanel Fuse',
  'EVSE ActiveTransactionId AllowReset AvailabilityState Available ChargingState DCInputPhaseControl DischargePower'
    + ' EvseId ISO15118EvseId Power SupplyPhases',
  'FiscalMetering EnergyExport EnergyExportRegister EnergyImport EnergyImportRegister PublicKey',
  'ISO15118Ctrlr CentralContractValidationAllowed ContractCertificateInstallationEnabled ContractValidationOffline'
    + ' CountryName Enabled MaxPriceElements MaxScheduleEntries NotificationMaxDelay OrganizationName PnCEnabled'
    + ' ProtocolSupported RequestMeteringReceipt RequestedEnergyTransferMode SeccId ServiceRenegotiationSupport'
    + ' SupportedProviders V2GCertificateInstallationEnabled',
  'LocalAuthListCtrlr Available BytesPerMessage DisablePostAuthorize Enabled Entries ItemsPerMessage Storage'
    + ' SupportsExpiryDateTime',
  'LocalEnergyStorage Capacity',
  'MonitoringCtrlr ActiveMonitoringBase ActiveMonitoringLevel ActiveMonitors Available BytesPerMessage Enabled'
    + ' ItemsPerMessage MaxPeriodicEventStreams MonitoringBase MonitoringLevel OfflineQueuingSeverity',
  'NetworkConfiguration ApnEnabled BasicAuthPassword CsmsRootCertificateHashAlgorithm Identity MessageTimeout OcppCsmsUrl'
    + ' OcppInterface OcppTransport OcppVersion SecurityProfile VpnEnabled VpnType',
  'OCPPCommCtrlr ActiveNetworkProfile ExternalConfigChangeDate FieldLength FileTransferProtocols HeartbeatInterval'
    + ' MessageAttemptInterval MessageAttempts MessageTimeout NetworkConfigurationPriority NetworkProfileConnectionAttempts'
    + ' OfflineThreshold PublicKeyWithSignedMeterValue QueueAllMessages ResetRetries RetryBackOffRandomRange'
    + ' RetryBackOffRepeatTimes RetryBackOffWaitMinimum UnlockOnEVSideDisconnect WebSocketPingInterval',
  'PaymentCtrlr AuthorizationAmount AuthorizeDirectPayment Enabled IncrementalAuthorizationAmount'
    + ' IncrementalAuthorizationThreshold Merchant PaymentDetails Problem ReceiptByCSMS ReceiptServerUrl SettlementByCSMS'
    + ' TerminalID',
  'ReservationCtrlr Available Enabled NonEvseSpecific',
  'SampledDataCtrlr Available Enabled RegisterValuesWithoutPhases SignReadings SignStartedReadings SignUpdatedReadings'
    + ' TxEndedInterval TxEndedMeasurands TxStartedMeasurands TxUpdatedInterval TxUpdatedMeasurands UpstreamInterval'
    + ' UpstreamMeasurands',
  'SecurityCtrlr AdditionalRootCertificateCheck AllowCSMSTLSWildcards AllowSecurityProfileDowngrade BasicAuthPassword'
    + ' CertSigningRepeatTimes CertSigningWaitMinimum CertificateEntries Identity MaxCertificateChainSize OrganizationName'
    + ' SecurityProfile',
  'SmartChargingCtrlr ACPhaseSwitchingSupported Available ChargingProfilePersistence Enabled Entries'
    + ' ExternalConstraintsProfileDisallowed ExternalControlSignalsEnabled LimitChangeSignificance MaxExternalConstraintsId'
    + ' NotifyChargingLimitWithSchedules PeriodsPerSchedule Phases3to1 ProfileStackLevel RateUnit SetpointPriority'
    + ' SupportedAdditionalPurposes SupportsFeature UpdateRateLimit',
  'TariffCostCtrlr Available ConditionsSupported Currency Enabled HandleFailedTariff Interval MaxElements'
    + ' OfflineTariffFallbackMessage Problem TariffFallbackMessage TotalCostFallbackMessage',
  'TokenReader Token TokenType',
  'TxCtrlr AllowEnergyTransferResumption ChargingTime EVConnectionTimeOut EnergyTransferResumptionRandomRange'
    + ' MaxEnergyOnInvalidId ResumptionTimeout StopTxOnEVSideDisconnect StopTxOnInvalidId SupportedLimits'
    + ' TxBeforeAcceptedEnabled TxStartPoint TxStopPoint',
  'V2XChargingCtrlr Enabled LocalFrequencyUpdateThreshold LocalLoadBalancing SupportedEnergyTransferModes'
    + ' SupportedOperationModes TxStartedMeasurands',
  'WebPaymentsCtrlr Enabled Length QRCodeQuality RoamingEvseId SharedSecret TOTPVersion URLParameters URLTemplate'
    + ' ValidityTime',
];

const KEYS_16 = [
  'AdditionalRootCertificateCheck AllowOfflineTxForUnknownId AuthorizationCacheEnabled AuthorizationKey',
  'AuthorizeRemoteTxRequests BlinkRepeat CentralContractValidationAllowed CertSigningRepeatTimes CertSigningWaitMinimum',
  'CertificateSignedMaxChainSize CertificateStoreMaxLength ChargeProfileMaxStackLevel',
  'ChargingScheduleAllowedChargingRateUnit ChargingScheduleMaxPeriods ClockAlignedDataInterval ConnectionTimeOut',
  'ConnectorPhaseRotation ConnectorPhaseRotationMaxLength ConnectorSwitch3to1PhaseSupported ContractValidationOffline',
  'CpoName CustomDisplayCostAndPrice CustomIdleFeeAfterStop CustomMultiLanguageMessages DefaultPrice',
  'GetConfigurationMaxKeys HeartbeatInterval ISO15118PnCEnabled Language LightIntensity LocalAuthListEnabled',
  'LocalAuthListMaxLength LocalAuthorizeOffline LocalPreAuthorize MaxChargingProfilesInstalled MaxEnergyOnInvalidId',
  'MessageTimeout MeterValueSampleInterval MeterValuesAlignedData MeterValuesAlignedDataMaxLength MeterValuesSampledData',
  'MeterValuesSampledDataMaxLength MinimumStatusDuration NextTimeOffsetTransitionDateTime NumberOfConnectors',
  'ReserveConnectorZeroSupported ResetRetries SecurityProfile SendLocalListMaxLength StopTransactionMaxMeterValues',
  'StopTransactionOnEVSideDisconnect StopTransactionOnInvalidId StopTxnAlignedData StopTxnAlignedDataMaxLength',
  'StopTxnSampledData StopTxnSampledDataMaxLength SupportedFeatureProfiles SupportedFeatureProfilesMaxLength',
  'SupportedFileTransferProtocols SupportedLanguages TimeOffset TimeOffsetNextTransition TransactionMessageAttempts',
  'TransactionMessageRetryInterval UnlockConnectorOnEVSideDisconnect WebSocketPingInterval',
];

const KNOWN = new Set([
  ...VARIABLES.flatMap((row) => {
    const [component = '', ...variables] = row.split(' ');
    return variables.map((variable) => `${component}.${variable}`.toLowerCase());
  }),
  ...KEYS_16.flatMap((row) => row.toLowerCase().split(' ')),
]);

/** Whether a standard knows this name; instances and places don't matter. */
export function isStandardName(name: string): boolean {
  return KNOWN.has(name.replace(/\[[^\]]*\]|\([^)]*\)/g, '').trim().toLowerCase());
}
