const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["./entra-BveyGuDG.js","./Configuration-qgKVTHrh.js","./strings-DdS5oaAq.js"])))=>i.map(i=>d[i]);
import{a as e,h as t,o as n,p as r}from"./strings-DdS5oaAq.js";var i=Object.freeze({prefix:`fluent`,shadowRootMode:`open`,registry:globalThis.customElements}),a={submit:`submit`,reset:`reset`,button:`button`},o=`${i.prefix}-button`,s=class{constructor(e,t,n=!1){this.evaluate=e,this.policy=t,this.isVolatile=n}},c;(function(e){e[e.needsArrayObservation=1101]=`needsArrayObservation`,e[e.onlySetDOMPolicyOnce=1201]=`onlySetDOMPolicyOnce`,e[e.bindingInnerHTMLRequiresTrustedTypes=1202]=`bindingInnerHTMLRequiresTrustedTypes`,e[e.twoWayBindingRequiresObservables=1203]=`twoWayBindingRequiresObservables`,e[e.hostBindingWithoutHost=1204]=`hostBindingWithoutHost`,e[e.unsupportedBindingBehavior=1205]=`unsupportedBindingBehavior`,e[e.directCallToHTMLTagNotAllowed=1206]=`directCallToHTMLTagNotAllowed`,e[e.onlySetTemplatePolicyOnce=1207]=`onlySetTemplatePolicyOnce`,e[e.cannotSetTemplatePolicyAfterCompilation=1208]=`cannotSetTemplatePolicyAfterCompilation`,e[e.blockedByDOMPolicy=1209]=`blockedByDOMPolicy`,e[e.invalidHydrationAttributeMarker=1210]=`invalidHydrationAttributeMarker`,e[e.duplicateRenderInstruction=1211]=`duplicateRenderInstruction`,e[e.missingElementDefinition=1401]=`missingElementDefinition`,e[e.noRegistrationForContext=1501]=`noRegistrationForContext`,e[e.noFactoryForResolver=1502]=`noFactoryForResolver`,e[e.invalidResolverStrategy=1503]=`invalidResolverStrategy`,e[e.cannotAutoregisterDependency=1504]=`cannotAutoregisterDependency`,e[e.cannotResolveKey=1505]=`cannotResolveKey`,e[e.cannotConstructNativeFunction=1506]=`cannotConstructNativeFunction`,e[e.cannotJITRegisterNonConstructor=1507]=`cannotJITRegisterNonConstructor`,e[e.cannotJITRegisterIntrinsic=1508]=`cannotJITRegisterIntrinsic`,e[e.cannotJITRegisterInterface=1509]=`cannotJITRegisterInterface`,e[e.invalidResolver=1510]=`invalidResolver`,e[e.invalidKey=1511]=`invalidKey`,e[e.noDefaultResolver=1512]=`noDefaultResolver`,e[e.cyclicDependency=1513]=`cyclicDependency`,e[e.connectUpdateRequiresController=1514]=`connectUpdateRequiresController`})(c||={});var l=e=>typeof e==`function`,u=e=>typeof e==`string`,d=()=>void 0,f=Object.create(null),p={warn(e,t){},error(e,t){return Error(`Error ${e}`)},addMessages(e){Object.assign(f,e)}},ee=Object.freeze([]);function te(){let e=new Map;return Object.freeze({register(t){return!e.has(t.type)&&(e.set(t.type,t),!0)},getByType(t){return e.get(t)},getForInstance(t){if(t!=null)return e.get(t.constructor)}})}function ne(){let e=new WeakMap;return function(t){let n=e.get(t);if(n===void 0){let r=Reflect.getPrototypeOf(t);for(;n===void 0&&r!==null;)n=e.get(r),r=Reflect.getPrototypeOf(r);n=n===void 0?[]:n.slice(0),e.set(t,n)}return n}}function m(e){e.prototype.toJSON=d}var re=class extends s{createObserver(){return this}bind(e){return this.evaluate(e.source,e.context)}};m(re);function ie(e,t){return new re(e,t)}var ae=class{constructor(e,t){this.sub1=void 0,this.sub2=void 0,this.spillover=void 0,this.subject=e,this.sub1=t}has(e){return this.spillover===void 0?this.sub1===e||this.sub2===e:this.spillover.indexOf(e)!==-1}subscribe(e){let t=this.spillover;if(t===void 0){if(this.has(e))return;if(this.sub1===void 0){this.sub1=e;return}if(this.sub2===void 0){this.sub2=e;return}this.spillover=[this.sub1,this.sub2,e],this.sub1=void 0,this.sub2=void 0}else t.indexOf(e)===-1&&t.push(e)}unsubscribe(e){let t=this.spillover;if(t===void 0)this.sub1===e?this.sub1=void 0:this.sub2===e&&(this.sub2=void 0);else{let n=t.indexOf(e);n!==-1&&t.splice(n,1)}}notify(e){let t=this.spillover,n=this.subject;if(t===void 0){let t=this.sub1,r=this.sub2;t!==void 0&&t.handleChange(n,e),r!==void 0&&r.handleChange(n,e)}else for(let r=0,i=t.length;r<i;++r)t[r].handleChange(n,e)}},oe=class{constructor(e){this.subscribers={},this.subjectSubscribers=null,this.subject=e}notify(e){var t,n;(t=this.subscribers[e])==null||t.notify(e),(n=this.subjectSubscribers)==null||n.notify(e)}subscribe(e,t){let n;n=t?this.subscribers[t]??(this.subscribers[t]=new ae(this.subject)):this.subjectSubscribers??=new ae(this.subject),n.subscribe(e)}unsubscribe(e,t){var n,r;t?(n=this.subscribers[t])==null||n.unsubscribe(e):(r=this.subjectSubscribers)==null||r.unsubscribe(e)}},h=[],se=[],ce=globalThis.requestAnimationFrame,le=!0;function ue(){if(se.length)throw se.shift()}function de(e){try{e.call()}catch(e){if(le)se.push(e),setTimeout(ue,0);else throw h.length=0,e}}function fe(){let e=0;for(;e<h.length;)if(de(h[e]),e++,e>1024){for(let t=0,n=h.length-e;t<n;t++)h[t]=h[t+e];h.length-=e,e=0}h.length=0}function pe(e){h.push(e),h.length<2&&(le?ce(fe):fe())}var g=Object.freeze({enqueue:pe,next:()=>new Promise(pe),process:fe,setMode:e=>le=e}),me=Object.freeze({unknown:void 0,coupled:1}),_=(()=>{let e=g.enqueue,t=/(:|&&|\|\||if|\?\.)/,n=new WeakMap,r,i=e=>{throw p.error(c.needsArrayObservation)};function a(e){let t=e.$fastController??n.get(e);return t===void 0&&(Array.isArray(e)?t=i(e):n.set(e,t=new oe(e))),t}let o=ne();class s{constructor(e){this.name=e,this.field=`_${e}`,this.callback=`${e}Changed`}getValue(e){return r!==void 0&&r.watch(e,this.name),e[this.field]}setValue(e,t){let n=this.field,r=e[n];if(r!==t){e[n]=t;let i=e[this.callback];l(i)&&i.call(e,r,t),a(e).notify(this.name)}}}class d extends ae{constructor(e,t,n=!1){super(e,t),this.expression=e,this.isVolatileBinding=n,this.needsRefresh=!0,this.needsQueue=!0,this.isAsync=!0,this.first=this,this.last=null,this.propertySource=void 0,this.propertyName=void 0,this.notifier=void 0,this.next=void 0}setMode(e){this.isAsync=this.needsQueue=e}bind(e){let t=this.observe(e.source,e.context);return!e.isBound&&this.requiresUnbind(e)&&e.onUnbind(this),t}requiresUnbind(e){return e.sourceLifetime!==me.coupled||this.first!==this.last||this.first.propertySource!==e.source}unbind(e){this.dispose()}observe(e,t){this.needsRefresh&&this.last!==null&&this.dispose();let n=r;r=this.needsRefresh?this:void 0,this.needsRefresh=this.isVolatileBinding;let i;try{i=this.expression(e,t)}finally{r=n}return i}disconnect(){this.dispose()}dispose(){if(this.last!==null){let e=this.first;for(;e!==void 0;)e.notifier.unsubscribe(this,e.propertyName),e=e.next;this.last=null,this.needsRefresh=this.needsQueue=this.isAsync}}watch(e,t){let n=this.last,i=a(e),o=n===null?this.first:{};if(o.propertySource=e,o.propertyName=t,o.notifier=i,i.subscribe(this,t),n!==null){if(!this.needsRefresh){let t;r=void 0,t=n.propertySource[n.propertyName],r=this,e===t&&(this.needsRefresh=!0)}n.next=o}this.last=o}handleChange(){this.needsQueue?(this.needsQueue=!1,e(this)):this.isAsync||this.call()}call(){this.last!==null&&(this.needsQueue=this.isAsync,this.notify(this))}*records(){let e=this.first;for(;e!==void 0;)yield e,e=e.next}}return m(d),Object.freeze({setArrayObserverFactory(e){i=e},getNotifier:a,track(e,t){r&&r.watch(e,t)},trackVolatile(){r&&(r.needsRefresh=!0)},notify(e,t){a(e).notify(t)},defineProperty(e,t){u(t)&&(t=new s(t)),o(e).push(t),Reflect.defineProperty(e,t.name,{enumerable:!0,get(){return t.getValue(this)},set(e){t.setValue(this,e)}})},getAccessors:o,binding(e,t,n=this.isVolatileBinding(e)){return new d(e,t,n)},isVolatileBinding(e){return t.test(e.toString())}})})();function he(e,t){_.defineProperty(e,t)}var ge=(()=>{let e=null;return{get(){return e},set(t){e=t}}})(),v=Object.freeze({default:{index:0,length:0,get event(){return v.getEvent()},eventDetail(){return this.event.detail},eventTarget(){return this.event.target}},getEvent(){return ge.get()},setEvent(e){ge.set(e)}}),_e=class extends s{createObserver(e){return _.binding(this.evaluate,e,this.isVolatile)}};function ve(e,t,n=_.isVolatileBinding(e)){return new _e(e,t,n)}var y=Object.freeze({none:0,attribute:1,booleanAttribute:2,property:3,content:4,tokenList:5,event:6}),ye=e=>e,be=globalThis.trustedTypes?globalThis.trustedTypes.createPolicy(`fast-html`,{createHTML:ye}):{createHTML:ye},b=Object.freeze({createHTML(e){return be.createHTML(e)},protect(e,t,n,r){return r}}),xe=b,x=Object.freeze({get policy(){return b},setPolicy(e){if(b!==xe)throw p.error(c.onlySetDOMPolicyOnce);b=e},setAttribute(e,t,n){n==null?e.removeAttribute(t):e.setAttribute(t,n)},setBooleanAttribute(e,t,n){n?e.setAttribute(t,``):e.removeAttribute(t)}}),Se=`boolean`,Ce=`reflect`,we=Object.freeze({locate:ne()}),Te={toView(e){return e?``:null},fromView(e){return!!e}};function Ee(e){if(e==null)return null;let t=e*1;return isNaN(t)?null:t}var De={toView(e){let t=Ee(e);return t&&t.toString()},fromView:Ee},Oe=class e{constructor(e,t,n=t.toLowerCase(),r=Ce,i){this.guards=new Set,this.Owner=e,this.name=t,this.attribute=n,this.mode=r,this.converter=i,this.fieldName=`_${t}`,this.callbackName=`${t}Changed`,this.hasCallback=this.callbackName in e.prototype,r===Se&&i===void 0&&(this.converter=Te)}setValue(e,t){let n=e[this.fieldName],r=this.converter;r!==void 0&&(t=r.fromView(t)),n!==t&&(e[this.fieldName]=t,this.tryReflectToAttribute(e),this.hasCallback&&e[this.callbackName](n,t),e.$fastController.notify(this.name))}getValue(e){return _.track(e,this.name),e[this.fieldName]}onAttributeChangedCallback(e,t){this.guards.has(e)||(this.guards.add(e),this.mode===Se?this.setValue(e,t!==null):this.setValue(e,t),this.guards.delete(e))}tryReflectToAttribute(e){let t=this.mode,n=this.guards;n.has(e)||t===`fromView`||g.enqueue(()=>{n.add(e);let r=e[this.fieldName];switch(t){case Ce:{let t=this.converter;x.setAttribute(e,this.attribute,t===void 0?r:t.toView(r));break}case Se:x.setBooleanAttribute(e,this.attribute,r)}n.delete(e)})}static collect(t,...n){let r=[];n.push(we.locate(t));for(let i=0,a=n.length;i<a;++i){let a=n[i];if(a!==void 0)for(let n=0,i=a.length;n<i;++n){let i=a[n];u(i)?r.push(new e(t,i)):r.push(new e(t,i.property,i.attribute,i.mode,i.converter))}}return r}};function S(e,t){let n;function r(e,t){arguments.length>1&&(n.property=t),we.locate(e.constructor).push(n)}if(arguments.length>1)n={},r(e,t);else return n=e===void 0?{}:e,r}var ke;function Ae(e){return e.reduce((e,t)=>(t instanceof C?e.push(...Ae(t.styles)):e.push(t),e),[])}var C=class e{get strategy(){return this._strategy===null&&(ke||e.setDefaultStrategy(e.supportsAdoptedStyleSheets?je():Ne()),this.withStrategy(ke)),this._strategy}constructor(e){this.styles=e,this.targets=new WeakSet,this._strategy=null}addStylesTo(e){this.strategy.addStylesTo(e),this.targets.add(e)}removeStylesFrom(e){this.strategy.removeStylesFrom(e),this.targets.delete(e)}isAttachedTo(e){return this.targets.has(e)}withStrategy(e){return this._strategy=new e(Ae(this.styles)),this}static setDefaultStrategy(e){ke=e}static normalize(t){return t===void 0?void 0:Array.isArray(t)?new e(t):t instanceof e?t:new e([t])}};C.supportsAdoptedStyleSheets=Array.isArray(document.adoptedStyleSheets)&&`replace`in CSSStyleSheet.prototype;function je(){let e=new Map;return class{constructor(t){this.sheets=t.map(t=>{if(t instanceof CSSStyleSheet)return t;let n=e.get(t);return n===void 0&&(n=new CSSStyleSheet,n.replaceSync(t),e.set(t,n)),n})}addStylesTo(e){let t=e;t.adoptedStyleSheets=[...t.adoptedStyleSheets,...this.sheets]}removeStylesFrom(e){let t=e;t.adoptedStyleSheets=t.adoptedStyleSheets.filter(e=>this.sheets.indexOf(e)===-1)}}}var Me=0;function Ne(){return class{constructor(e){this.styles=e,this.styleClass=`fast-${++Me}`}addStylesTo(e){let t=e===document?document.body:e;for(let e=0;e<this.styles.length;e++){let n=document.createElement(`style`);n.innerHTML=this.styles[e],n.className=this.styleClass,t.append(n)}}removeStylesFrom(e){let t=e===document?document.body:e,n=t.querySelectorAll(`.${this.styleClass}`);for(let e=0,r=n.length;e<r;++e)t.removeChild(n[e])}}}var Pe={},Fe=new WeakMap,Ie=te(),w=Object.freeze({register(e){if(!Ie.register(e))return!1;let t=Le(e.registry);return Object.prototype.hasOwnProperty.call(t,e.name)||_.defineProperty(t,e.name),t[e.name]=e.type,!0},getByType:Ie.getByType,getForInstance:Ie.getForInstance,whenRegistered:ze});function Le(e=customElements){if(e===customElements)return Pe;let t=Fe.get(e);return t||(t={},Fe.set(e,t)),t}function Re(e){return e===void 0?void 0:w.getByType(e)}function ze(e,t=customElements){let n=Le(t);Object.prototype.hasOwnProperty.call(n,e)||_.defineProperty(n,e);let r=Re(n[e]);return r===void 0?new Promise(t=>{let r=_.getNotifier(n),i={handleChange:()=>{let a=Re(n[e]);a!==void 0&&(r.unsubscribe(i,e),t(a))}};r.subscribe(i,e)}):Promise.resolve(r)}var Be={mode:`open`},Ve={},He=new Set,Ue=new WeakMap,We=new WeakMap,T=new WeakMap,Ge=new WeakMap,Ke=new WeakMap;function qe(e){return l(e)}function Je(e){return typeof e?.then==`function`}function Ye(e,t){if(We.delete(e),e.template===void 0&&t!==void 0&&(e.template=t),e.template!==void 0)return T.delete(e),Ue.delete(e),e.template}function Xe(e,t=e.registry,n){if(!n?.length)return;let r=e,i=Ge.get(r);if(!i?.has(t)){i===void 0&&(i=new WeakSet,Ge.set(r,i)),i.add(t);for(let t of n)t(e)}}function Ze(e){return Ke.get(e)??null}function Qe(e){if(e.template!==void 0)return T.delete(e),e.template;let t=We.get(e);if(t)return t;let n=Ue.get(e);if(!n)return;T.delete(e);let r;try{r=n(e)}catch(t){throw T.set(e,t),t}if(Je(r)){let t=Promise.resolve(r).then(t=>Ye(e,t)).catch(t=>{throw We.delete(e),T.set(e,t),t});return We.set(e,t),t}return Ye(e,r)}function $e(e,t){let n=e;t===void 0?T.delete(n):T.set(n,t)}var E=class e{get isDefined(){return this.platformDefined}constructor(e,t=e.definition){this.platformDefined=!1,u(t)&&(t={name:t}),this.type=e,this.name=t.name,this.registry=t.registry??customElements,qe(t.template)?Ue.set(this,t.template):this.template=t.template;let n=e.prototype,r=Oe.collect(e,t.attributes),i=Array(r.length),a={},o={};for(let e=0,t=r.length;e<t;++e){let t=r[e];i[e]=t.attribute,a[t.name]=t,o[t.attribute]=t,_.defineProperty(n,t)}Reflect.defineProperty(e,"observedAttributes",{value:i,enumerable:!0}),this.attributes=r,this.propertyLookup=a,this.attributeLookup=o,this.shadowOptions=t.shadowOptions===void 0?Be:t.shadowOptions===null?void 0:Object.assign(Object.assign({},Be),t.shadowOptions),this.elementOptions=t.elementOptions===void 0?Ve:Object.assign(Object.assign({},Ve),t.elementOptions),this.styles=C.normalize(t.styles),this.schema=t.schema,w.register(this)}define(e=this.registry,t){let n=this.type;if(!e.get(this.name)){if(Xe(this,e,t),this.template===void 0&&Ue.has(this))return Promise.resolve().then(()=>Qe(this)).then(t=>{t!==void 0&&!e.get(this.name)&&(this.platformDefined=!0,e.define(this.name,n,this.elementOptions))}).catch(e=>{$e(this,e),_.notify(this,`template`)}),this;this.platformDefined=!0,e.define(this.name,n,this.elementOptions)}return this}static compose(t,n){let r=He.has(t)||w.getByType(t)?new e(class extends t{},n):new e(t,n);return Promise.resolve(r)}static registerBaseType(e){He.add(e)}};E.getByType=w.getByType,E.getForInstance=w.getForInstance,_.defineProperty(E.prototype,`template`);var et={bubbles:!0,composed:!0,cancelable:!0},tt=`isConnected`,nt=new WeakMap,rt=Symbol(`fast-late-attribute-observer`);function it(e){return e.shadowRoot??nt.get(e)??null}var at,D;(function(e){e[e.connecting=0]=`connecting`,e[e.connected=1]=`connected`,e[e.disconnecting=2]=`disconnecting`,e[e.disconnected=3]=`disconnected`})(D||={});var O=class e{get isConnected(){return _.track(this,tt),this.stage===D.connected}get context(){return this.view?.context??v.default}get isBound(){return this.view?.isBound??!1}get sourceLifetime(){return this.view?.sourceLifetime}get template(){if(this._template===null){let e=this.definition;this.source.resolveTemplate?this._template=this.source.resolveTemplate():e.template&&(this._template=e.template??null)}return this._template}set template(e){this._template!==e&&(this._template=e,this.needsInitialization||this.renderTemplate(e))}get shadowOptions(){return this._shadowRootOptions}set shadowOptions(e){if(this._shadowRootOptions===void 0&&e!==void 0){this._shadowRootOptions=e;let t=this.source.shadowRoot;t?this.hasExistingShadowRoot=!0:(t=this.source.attachShadow(e),e.mode===`closed`&&nt.set(this.source,t))}}get mainStyles(){if(this._mainStyles===null){let e=this.definition;this.source.resolveStyles?this._mainStyles=this.source.resolveStyles():e.styles&&(this._mainStyles=e.styles??null)}return this._mainStyles}set mainStyles(e){this._mainStyles!==e&&(this._mainStyles!==null&&this.removeStyles(this._mainStyles),this._mainStyles=e,this.needsInitialization||this.addStyles(e))}constructor(e,t){this.boundObservables=null,this.needsInitialization=!0,this.hasExistingShadowRoot=!1,this.isPrerendered=new Promise(e=>{this._resolvePrerendered=e}),this.isHydrated=new Promise(e=>{this._resolveHydrated=e}),this._template=null,this.stage=D.disconnected,this.guardBehaviorConnection=!1,this.behaviors=null,this.behaviorsConnected=!1,this._mainStyles=null,this.$fastController=this,this.view=null,this._notifier=new oe(e),this.source=e,this.definition=t,this.shadowOptions=t.shadowOptions;let n=Reflect.getPrototypeOf(e),r=n===null?[]:_.getAccessors(n);if(r.length>0){let t=this.boundObservables=Object.create(null);for(let n=0,i=r.length;n<i;++n){let i=r[n].name,a=e[i];a!==void 0&&(delete e[i],t[i]=a)}Object.keys(t).length===0&&(this.boundObservables=null)}this.captureBoundObservables()}get subject(){return this._notifier.subject}notify(e){this._notifier.notify(e)}subscribe(e,t){this._notifier.subscribe(e,t)}unsubscribe(e,t){this._notifier.unsubscribe(e,t)}onUnbind(e){var t;(t=this.view)==null||t.onUnbind(e)}addBehavior(e){let t=this.behaviors??=new Map,n=t.get(e)??0;n===0?(t.set(e,1),e.addedCallback&&e.addedCallback(this),e.connectedCallback&&!this.guardBehaviorConnection&&(this.stage===D.connected||this.stage===D.connecting)&&e.connectedCallback(this)):t.set(e,n+1)}removeBehavior(e,t=!1){let n=this.behaviors;if(n===null)return;let r=n.get(e);r!==void 0&&(r===1||t?(n.delete(e),e.disconnectedCallback&&this.stage!==D.disconnected&&e.disconnectedCallback(this),e.removedCallback&&e.removedCallback(this)):n.set(e,r-1))}addStyles(e){if(!e)return;let t=this.source;e instanceof HTMLElement?(it(t)??this.source).append(e):e.isAttachedTo(t)||e.addStylesTo(t)}removeStyles(e){if(!e)return;let t=this.source;e instanceof HTMLElement?(it(t)??t).removeChild(e):e.isAttachedTo(t)&&e.removeStylesFrom(t)}connect(){this.stage===D.disconnected&&(this.stage=D.connecting,this.captureBoundObservables(),this.syncLateAttributes(),this.observeLateAttributes(),this.bindObservables(),this.connectBehaviors(),this.needsInitialization?(this.renderTemplate(this.template),this.addStyles(this.mainStyles),this.needsInitialization=!1):this.view!==null&&this.view.bind(this.source),this.stage=D.connected,_.notify(this,tt))}bindObservables(){if(this.boundObservables!==null){let e=this.source,t=this.boundObservables,n=Object.keys(t);for(let r=0,i=n.length;r<i;++r){let i=n[r];e[i]=t[i]}this.boundObservables=null}}captureBoundObservables(){let e=this.source,t=Object.getOwnPropertyNames(e),n=t=>{let n=Reflect.getPrototypeOf(e);for(;n!==null;){let e=Reflect.getOwnPropertyDescriptor(n,t);if(e?.get||e?.set)return!0;n=Reflect.getPrototypeOf(n)}return!1},r=this.boundObservables;for(let i=0,a=t.length;i<a;++i){let a=t[i];if(!n(a))continue;let o=e[a];o===void 0?delete e[a]:(delete e[a],(r??=this.boundObservables=Object.create(null))[a]=o)}}syncLateAttributes(){let e=Ze(this.definition);if(e!==null)for(let t of Object.keys(e))this.source.hasAttribute(t)&&this.onAttributeChangedCallback(t,null,this.source.getAttribute(t))}observeLateAttributes(){let e=Ze(this.definition);if(e===null)return;let t=this.source;t[rt]===void 0&&(t[rt]=new MutationObserver(e=>{let n=t.$fastController,r=Ze(n.definition);if(r!==null)for(let i=0,a=e.length;i<a;++i){let a=e[i].attributeName;a!==null&&r[a]!==void 0&&n.onAttributeChangedCallback(a,null,t.getAttribute(a))}}),t[rt].observe(t,{attributes:!0,attributeFilter:Object.keys(e)}))}connectBehaviors(){if(this.behaviorsConnected===!1){let e=this.behaviors;if(e!==null){this.guardBehaviorConnection=!0;for(let t of e.keys())t.connectedCallback&&t.connectedCallback(this);this.guardBehaviorConnection=!1}this.behaviorsConnected=!0}}disconnectBehaviors(){if(this.behaviorsConnected===!0){let e=this.behaviors;if(e!==null)for(let t of e.keys())t.disconnectedCallback&&t.disconnectedCallback(this);this.behaviorsConnected=!1}}disconnect(){this.stage===D.connected&&(this.stage=D.disconnecting,_.notify(this,tt),this.view!==null&&this.view.unbind(),this.disconnectBehaviors(),this.stage=D.disconnected)}onAttributeChangedCallback(e,t,n){let r=this.definition.attributeLookup[e];r!==void 0&&r.onAttributeChangedCallback(this.source,n)}emit(e,t,n){return this.stage===D.connected&&this.source.dispatchEvent(new CustomEvent(e,Object.assign(Object.assign({detail:t},et),n)))}renderTemplate(t){let n=this.source,r=it(n)??n;if(this.view!==null)this.view.dispose(),this.view=null;else if((!this.needsInitialization||this.hasExistingShadowRoot)&&(!this.hasExistingShadowRoot||!this.needsInitialization))for(let e=r.firstChild;e!==null;e=r.firstChild)r.removeChild(e);if(t){let i=this.hasExistingShadowRoot&&this.needsInitialization,a=!1;i&&e.hydrationHook&&(a=e.hydrationHook(this,t,n,r)),a||this.renderClientSide(t,n,r),this._resolvePrerendered(i),this._resolveHydrated(a)}else this.needsInitialization&&(this._resolvePrerendered(!1),this._resolveHydrated(!1))}renderClientSide(e,t,n){if(this.hasExistingShadowRoot){for(let e=n.firstChild;e!==null;e=n.firstChild)n.removeChild(e);this.hasExistingShadowRoot=!1}this.view=e.render(t,n,t),this.view.sourceLifetime=me.coupled}static forCustomElement(t,n=!1){let r=t.$fastController;if(r!==void 0&&!n)return r;let i=E.getForInstance(t);if(i===void 0)throw p.error(c.missingElementDefinition);return _.getNotifier(i).subscribe({handleChange:()=>{e.forCustomElement(t,!0),t.$fastController.connect()}},`template`),_.getNotifier(i).subscribe({handleChange:()=>{e.forCustomElement(t,!0),t.$fastController.connect()}},`shadowOptions`),t.$fastController=new at(t,i)}static setStrategy(e){at=e}static installHydrationHook(t){e.hydrationHook=t}};O.hydrationHook=null,m(O),O.setStrategy(O);function k(e){return`adoptedStyleSheets`in e?e:it(e)??e.getRootNode()}var ot=class e{constructor(t){let n=e.styleSheetCache;this.sheets=t.map(e=>{if(e instanceof CSSStyleSheet)return e;let t=n.get(e);return t===void 0&&(t=new CSSStyleSheet,t.replaceSync(e),n.set(e,t)),t})}addStylesTo(e){dt(k(e),this.sheets)}removeStylesFrom(e){ft(k(e),this.sheets)}};ot.styleSheetCache=new Map;var st=0,ct=()=>`fast-${++st}`;function lt(e){return e===document?document.body:e}var ut=class{constructor(e){this.styles=e,this.styleClass=ct()}addStylesTo(e){e=lt(k(e));let t=this.styles,n=this.styleClass;for(let r=0;r<t.length;r++){let i=document.createElement(`style`);i.innerHTML=t[r],i.className=n,e.append(i)}}removeStylesFrom(e){e=lt(k(e));let t=e.querySelectorAll(`.${this.styleClass}`);for(let n=0,r=t.length;n<r;++n)e.removeChild(t[n])}},dt=(e,t)=>{e.adoptedStyleSheets=[...e.adoptedStyleSheets,...t]},ft=(e,t)=>{e.adoptedStyleSheets=e.adoptedStyleSheets.filter(e=>t.indexOf(e)===-1)};if(C.supportsAdoptedStyleSheets){try{document.adoptedStyleSheets.push(),document.adoptedStyleSheets.splice(),dt=(e,t)=>{e.adoptedStyleSheets.push(...t)},ft=(e,t)=>{for(let n of t){let t=e.adoptedStyleSheets.indexOf(n);t!==-1&&e.adoptedStyleSheets.splice(t,1)}}}catch{}C.setDefaultStrategy(ot)}else C.setDefaultStrategy(ut);function pt(e){let t=class extends e{constructor(){super(),O.forCustomElement(this)}$emit(e,t,n){return this.$fastController.emit(e,t,n)}connectedCallback(){this.$fastController.connect()}disconnectedCallback(){this.$fastController.disconnect()}attributeChangedCallback(e,t,n){this.$fastController.onAttributeChangedCallback(e,t,n)}};return E.registerBaseType(t),t}function mt(e){return typeof e?.then==`function`}function ht(e,t,n){return Array.isArray(t)&&(n=t,t=void 0),(l(e)?E.compose(e,t):E.compose(this,e)).then(e=>{Xe(e,e.registry,n);let t=Qe(e);return mt(t)?t.then(()=>e.define().type):e.define().type})}function gt(e){return pt(e)}var _t=Object.assign(pt(HTMLElement),{from:gt,define:ht}),vt=te(),yt=Object.freeze({getForInstance:vt.getForInstance,getByType:vt.getByType,define(e){return vt.register({type:e}),e}});function bt(e,t){let n=[],r=``;for(let i=0,a=e.length-1;i<a;++i){r+=e[i];let a=t[i];yt.getForInstance(a)!==void 0&&(a=a.createCSS()),a instanceof C||a instanceof CSSStyleSheet?(r.trim()!==``&&(n.push(r),r=``),n.push(a)):r+=a}return r+=e[e.length-1],r.trim()!==``&&n.push(r),n}var A=((e,...t)=>new C(bt(e,t))),xt=class{constructor(e){this.value=e.length===0?``:e.length===1?e[0]:new C(e)}createCSS(){return this.value}};yt.define(xt),A.partial=(e,...t)=>new xt(bt(e,t));var St=`fast-${Math.random().toString(36).substring(2,8)}`,j=`${St}{`,M=`}${St}`,Ct=M.length,wt=0,Tt=()=>`${St}-${++wt}`,Et=Object.freeze({interpolation:e=>`${j}${e}${M}`,attribute:e=>`${Tt()}="${j}${e}${M}"`,comment:e=>`<!--${j}${e}${M}-->`}),N=Object.freeze({parse(e,t){let n=e.split(j);if(n.length===1)return null;let r=[];for(let e=0,i=n.length;e<i;++e){let i=n[e],a=i.indexOf(M),o;if(a===-1)o=i;else{let e=i.substring(0,a);r.push(t[e]),o=i.substring(a+Ct)}o!==``&&r.push(o)}return r}}),Dt=te(),P=Object.freeze({getForInstance:Dt.getForInstance,getByType:Dt.getByType,define(e,t){return t||={},t.type=e,Dt.register(t),e},assignAspect(e,t){if(!t)e.aspectType=y.content;else switch(e.sourceAspect=t,t[0]){case`:`:e.targetAspect=t.substring(1),e.aspectType=e.targetAspect===`classList`?y.tokenList:y.property;break;case`?`:e.targetAspect=t.substring(1),e.aspectType=y.booleanAttribute;break;case`@`:e.targetAspect=t.substring(1),e.aspectType=y.event;break;default:e.targetAspect=t,e.aspectType=y.attribute}}}),Ot=class{constructor(e){this.options=e}createHTML(e){return Et.attribute(e(this))}createBehavior(){return this}};m(Ot);var kt=class extends Ot{get id(){return this._id}set id(e){this._id=e,this._controllerProperty=`${e}-c`}bind(e){let t=e.targets[this.targetNodeId];t[this._controllerProperty]=e,this.updateTarget(e.source,this.computeNodes(t)),this.observe(t),e.onUnbind(this)}unbind(e){let t=e.targets[this.targetNodeId];this.updateTarget(e.source,ee),this.disconnect(t),t[this._controllerProperty]=null}getSource(e){return e[this._controllerProperty].source}updateTarget(e,t){e[this.options.property]=t}computeNodes(e){let t=this.getNodes(e);return`filter`in this.options&&(t=t.filter(this.options.filter)),t}},At=/fe-b\$\$start\$\$(\d+)\$\$(.+)\$\$fe-b/,jt=/fe-b\$\$end\$\$(\d+)\$\$(.+)\$\$fe-b/,Mt=/fe-repeat\$\$start\$\$(\d+)\$\$fe-repeat/,Nt=/fe-repeat\$\$end\$\$(\d+)\$\$fe-repeat/,Pt=/^(?:.{0,1000})fe-eb\$\$start\$\$(.+?)\$\$fe-eb/,Ft=/fe-eb\$\$end\$\$(.{0,1000})\$\$fe-eb(?:.{0,1000})$/;function It(e){return e&&e.nodeType===Node.COMMENT_NODE}var F=Object.freeze({attributeMarkerName:`data-fe`,legacyAttributeMarkerName:`data-fe-b`,legacyCompactAttributeMarkerName:`data-fe-c`,contentBindingStartMarker(){return`fe:b`},contentBindingEndMarker(){return`fe:/b`},repeatStartMarker(){return`fe:r`},repeatEndMarker(){return`fe:/r`},elementBoundaryStartMarker(){return`fe:e`},elementBoundaryEndMarker(){return`fe:/e`},isContentBindingStartMarker(e){return e===`fe:b`||At.test(e)},isContentBindingEndMarker(e){return e===`fe:/b`||jt.test(e)},isRepeatViewStartMarker(e){return e===`fe:r`||Mt.test(e)},isRepeatViewEndMarker(e){return e===`fe:/r`||Nt.test(e)},isElementBoundaryStartMarker(e){return It(e)&&(e.data===`fe:e`||Pt.test(e.data))},isElementBoundaryEndMarker(e){return It(e)&&(e.data===`fe:/e`||Ft.test(e.data))},parseAttributeBindingCount(e){let t=e.getAttribute(this.attributeMarkerName);if(t===null)return null;let n=t.trim();if(!/^\d+$/.test(n))throw p.error(c.invalidHydrationAttributeMarker,{value:t});let r=parseInt(n,10);if(r<1)throw p.error(c.invalidHydrationAttributeMarker,{value:t});return r},parseLegacyAttributeBindingIndices(e){let t=[],n=e.getAttribute(this.legacyAttributeMarkerName);if(n!==null)for(let e of n.trim().split(/\s+/)){if(e===``)continue;let r=Number(e);if(!Number.isInteger(r)||r<0)throw p.error(c.invalidHydrationAttributeMarker,{value:n});t.push(r)}let r=`${this.legacyAttributeMarkerName}-`,i=`${this.legacyCompactAttributeMarkerName}-`;for(let n of e.getAttributeNames())if(n.startsWith(r)){let e=Number(n.slice(r.length));if(!Number.isInteger(e)||e<0)throw p.error(c.invalidHydrationAttributeMarker,{value:n});t.push(e)}else if(n.startsWith(i)){let[e,r]=n.slice(i.length).split(`-`).map(e=>Number(e));if(!Number.isInteger(e)||!Number.isInteger(r)||e<0||r<1)throw p.error(c.invalidHydrationAttributeMarker,{value:n});for(let n=0;n<r;n++)t.push(e+n)}return t.length===0?null:t},removeLegacyAttributeBindingMarkers(e){e.removeAttribute(this.legacyAttributeMarkerName);for(let t of e.getAttributeNames())(t.startsWith(`${this.legacyAttributeMarkerName}-`)||t.startsWith(`${this.legacyCompactAttributeMarkerName}-`))&&e.removeAttribute(t)},parseLegacyContentBindingStartIndex(e){return Lt(At,e)}});function Lt(e,t){let n=e.exec(t);return n===null?null:Number(n[1])}var I=Symbol.for(`fe-hydration`);function Rt(e){return e[I]===I}var zt=`unknown`;function Bt(e,t){return`Hydration mismatch in <${e}>${t?`: ${t}`:``}. Install hydrationDebugger() from "@microsoft/fast-element/hydration.js" and pass it as enableHydration({ debugger: hydrationDebugger() }) for an "Expected / Received" report including the SSR HTML snippet.`}var Vt="content following `<!--fe:b-->` content binding marker",Ht="matching `<!--fe:/b-->` content binding close marker",Ut="matching `<!--fe:/e-->` element boundary close marker";function Wt(e){return`no more attribute bindings (template defines ${e})`}function Gt(e){return`no more content bindings (template defines ${e})`}function Kt(e,t){return Bt((e??zt).toLowerCase(),t)}var qt={formatBindingMismatch(e,t,n,r){return{message:Kt(r,void 0)}},formatStructuralError(e,t,n){return{message:Kt(t,n)}}};function L(){return qt}function R(e){if(e)return e.getRootNode().host?.nodeName}var z=class extends Error{constructor(e,t,n,r,i){super(e),this.factories=t,this.node=n,this.expected=r,this.received=i}};function Jt(e){return e.nodeType===Node.COMMENT_NODE}function Yt(e){return e.nodeType===Node.TEXT_NODE}function Xt(e,t){let n=document.createRange();return n.setStart(e,0),n.setEnd(t,Jt(t)||Yt(t)?t.data.length:t.childNodes.length),n}function Zt(e,t,n){let r=Xt(e,t),i=r.commonAncestorContainer,a=document.createTreeWalker(i,NodeFilter.SHOW_ELEMENT+NodeFilter.SHOW_COMMENT+NodeFilter.SHOW_TEXT,{acceptNode(e){return r.comparePoint(e,0)===0?NodeFilter.FILTER_ACCEPT:NodeFilter.FILTER_REJECT}}),o={},s={},c=en(n),l=c,u=a.currentNode=e;for(;u!==null;){switch(u.nodeType){case Node.ELEMENT_NODE:{let e=u,t=F.parseLegacyAttributeBindingIndices(e);if(t!==null){for(let r of t){let t=r+c,i=n[t];if(!i){let t=Wt(n.length),r=L().formatStructuralError(u,R(u),t);throw new z(r.message,n,e,r.expected,r.received)}B(i,u,o),l=Math.max(l,t+1)}F.removeLegacyAttributeBindingMarkers(e);break}let r=F.parseAttributeBindingCount(e);if(r!==null){for(let e=0;e<r;e++){let e=n[l++];if(!e){let e=Wt(n.length),t=L().formatStructuralError(u,R(u),e);throw new z(t.message,n,u,t.expected,t.received)}B(e,u,o)}e.removeAttribute(F.attributeMarkerName)}break}case Node.COMMENT_NODE:{let e=u.data;if(F.isElementBoundaryStartMarker(u))u.data=``,$t(a,n,u);else if(F.isContentBindingStartMarker(e)){let t=F.parseLegacyContentBindingStartIndex(e),r=t===null?l++:t+c,i=n[r];if(l=Math.max(l,r+1),!i){let e=Gt(n.length),t=L().formatStructuralError(u,R(u),e);throw new z(t.message,n,u,t.expected,t.received)}Qt(u,a,i,n,o,s)}break}}u=a.nextNode()}return r.detach(),{targets:o,boundaries:s}}function Qt(e,t,n,r,i,a){let o=[],s=t.nextSibling();if(e.data=``,s===null){let t=Vt,n=L().formatStructuralError(e,R(e),t);throw new z(n.message,r,e,n.expected,n.received)}let c=s,l=0;for(;s!==null;){if(Jt(s)){if(F.isContentBindingStartMarker(s.data))l++;else if(F.isContentBindingEndMarker(s.data)){if(l===0)break;l--}}o.push(s),s=t.nextSibling()}if(s===null){let t=Ht,n=L().formatStructuralError(e,R(e),t);throw new z(n.message,r,e,n.expected,n.received)}s.data=``,o.length===1&&Yt(o[0])?B(n,o[0],i):(s!==c&&s.previousSibling!==null&&(a[n.targetNodeId]={first:c,last:s.previousSibling}),B(n,s.parentNode.insertBefore(document.createTextNode(``),s),i))}function $t(e,t,n){let r=0,i=e.nextSibling();for(;i!==null;){if(Jt(i)){if(F.isElementBoundaryStartMarker(i))i.data=``,r++;else if(F.isElementBoundaryEndMarker(i)){if(r===0){i.data=``;return}i.data=``,r--}}i=e.nextSibling()}let a=Ut,o=L().formatStructuralError(n,R(n),a);throw new z(o.message,t,n,o.expected,o.received)}function en(e){let t=0;for(let n=0,r=e.length;n<r&&e[n].targetNodeId===`h`;++n)t++;return t}function B(e,t,n){if(e.targetNodeId===void 0)throw Error(`Factory could not be target to the node`);n[e.targetNodeId]=t}function tn(e,t){let n=e.parentNode,r=e,i;for(;r!==t;){if(i=r.nextSibling,!i)throw Error(`Unmatched first/last child inside "${t.getRootNode().host.nodeName}".`);n.removeChild(r),r=i}n.removeChild(t)}var nn=class{constructor(){this.index=0,this.length=0}get event(){return v.getEvent()}get isEven(){return this.index%2==0}get isOdd(){return this.index%2!=0}get isFirst(){return this.index===0}get isInMiddle(){return!this.isFirst&&!this.isLast}get isLast(){return this.index===this.length-1}eventDetail(){return this.event.detail}eventTarget(){return this.event.target}},rn=class extends nn{constructor(e,t,n){super(),this.fragment=e,this.factories=t,this.targets=n,this.behaviors=null,this.unbindables=[],this.source=null,this.isBound=!1,this.sourceLifetime=me.unknown,this._skipAttrUpdates=!1,this.isPrerendered=Promise.resolve(!1),this.isHydrated=Promise.resolve(!1),this.context=this,this.firstChild=e.firstChild,this.lastChild=e.lastChild}appendTo(e){e.appendChild(this.fragment)}insertBefore(e){if(this.fragment.hasChildNodes())e.parentNode.insertBefore(this.fragment,e);else{let t=this.lastChild;if(e.previousSibling===t)return;let n=e.parentNode,r=this.firstChild,i;for(;r!==t;)i=r.nextSibling,n.insertBefore(r,e),r=i;n.insertBefore(t,e)}}remove(){let e=this.fragment,t=this.lastChild,n=this.firstChild,r;for(;n!==t;)r=n.nextSibling,e.appendChild(n),n=r;e.appendChild(t)}dispose(){tn(this.firstChild,this.lastChild),this.unbind()}onUnbind(e){this.unbindables.push(e)}bind(e,t=this){if(this.source===e&&this.context===t)return;let n=this.behaviors;if(n===null){this.source=e,this.context=t,this.behaviors=n=Array(this.factories.length);let r=this.factories;for(let e=0,t=r.length;e<t;++e){let t=r[e].createBehavior();t.bind(this),n[e]=t}}else{this.source!==null&&this.evaluateUnbindables(),this.isBound=!1,this.source=e,this.context=t;for(let e=0,t=n.length;e<t;++e)n[e].bind(this)}this.isBound=!0}unbind(){this.isBound&&this.source!==null&&(this.evaluateUnbindables(),this.source=null,this.context=this,this.isBound=!1)}evaluateUnbindables(){let e=this.unbindables;for(let t=0,n=e.length;t<n;++t)e[t].unbind(this);e.length=0}static disposeContiguousBatch(e){if(e.length!==0){tn(e[0].firstChild,e[e.length-1].lastChild);for(let t=0,n=e.length;t<n;++t)e[t].unbind()}}};m(rn),_.defineProperty(rn.prototype,`index`),_.defineProperty(rn.prototype,`length`);var an,V={unhydrated:`unhydrated`,hydrating:`hydrating`,hydrated:`hydrated`},on=class extends Error{constructor(e,t,n,r,i,a){super(e),this.factory=t,this.fragment=n,this.templateString=r,this.expected=i,this.received=a}},sn=class extends nn{get hydrationStage(){return this._hydrationStage}get targets(){return this._targets}get bindingViewBoundaries(){return this._bindingViewBoundaries}constructor(e,t,n,r){super(),this.firstChild=e,this.lastChild=t,this.sourceTemplate=n,this.hostBindingTarget=r,this[an]=I,this.context=this,this.source=null,this.isBound=!1,this.sourceLifetime=me.unknown,this.unbindables=[],this.fragment=null,this.behaviors=null,this._hydrationStage=V.unhydrated,this._bindingViewBoundaries={},this._targets={},this.factories=n.compile().factories}insertBefore(e){if(this.fragment!==null){if(this.fragment.hasChildNodes())e.parentNode.insertBefore(this.fragment,e);else{let t=this.lastChild;if(e.previousSibling===t)return;let n=e.parentNode,r=this.firstChild,i;for(;r!==t;)i=r.nextSibling,n.insertBefore(r,e),r=i;n.insertBefore(t,e)}}}appendTo(e){this.fragment!==null&&e.appendChild(this.fragment)}remove(){let e=this.fragment||=document.createDocumentFragment(),t=this.lastChild,n=this.firstChild,r;for(;n!==t;){if(r=n.nextSibling,!r)throw Error(`Unmatched first/last child inside "${t.getRootNode().host.nodeName}".`);e.appendChild(n),n=r}e.appendChild(t)}bind(e,t=this){if(this.source===e&&this.context===t)return;this.hydrationStage!==V.hydrated&&(this._hydrationStage=V.hydrating);let n=this.behaviors;if(n===null){this.source=e,this.context=t;try{let{targets:e,boundaries:t}=Zt(this.firstChild,this.lastChild,this.factories);this._targets=e,this._bindingViewBoundaries=t}catch(e){if(e instanceof z){let t=this.sourceTemplate.html;typeof t!=`string`&&(t=t.innerHTML),e.templateString=t}throw e}this.behaviors=n=Array(this.factories.length);let r=this.factories;for(let e=0,t=r.length;e<t;++e){let t=r[e];if(t.targetNodeId===`h`&&this.hostBindingTarget&&B(t,this.hostBindingTarget,this._targets),t.targetNodeId in this.targets){let r=t.createBehavior();r.bind(this),n[e]=r}else{let e=this.sourceTemplate.html;typeof e!=`string`&&(e=e.innerHTML);let n=Xt(this.firstChild,this.lastChild).cloneContents(),r=L().formatBindingMismatch(t,this.firstChild,this.lastChild,R(this.firstChild));throw new on(r.message,t,n,e,r.expected,r.received)}}}else{this.source!==null&&this.evaluateUnbindables(),this.isBound=!1,this.source=e,this.context=t;for(let e=0,t=n.length;e<t;++e)n[e].bind(this)}this.isBound=!0,this._hydrationStage=V.hydrated}unbind(){this.isBound&&this.source!==null&&(this.evaluateUnbindables(),this.source=null,this.context=this,this.isBound=!1)}dispose(){tn(this.firstChild,this.lastChild),this.unbind()}onUnbind(e){this.unbindables.push(e)}evaluateUnbindables(){let e=this.unbindables;for(let t=0,n=e.length;t<n;++t)e[t].unbind(this);e.length=0}};an=I,m(sn);function cn(e){return e.create!==void 0}function ln(e,t,n,r){if(n??=``,cn(n)){e.textContent=``;let t=e.$fastView;if(t===void 0){if(Rt(r)&&Rt(n)&&r.bindingViewBoundaries[this.targetNodeId]!==void 0&&r.hydrationStage!==V.hydrated){let e=r.bindingViewBoundaries[this.targetNodeId];t=n.hydrate(e.first,e.last)}else t=n.create()}else e.$fastTemplate!==n&&(t.isComposed&&(t.remove(),t.unbind()),t=n.create());t.isComposed?t.needsBindOnly&&(t.needsBindOnly=!1,t.bind(r.source,r.context)):(t.isComposed=!0,t.bind(r.source,r.context),t.insertBefore(e),e.$fastView=t,e.$fastTemplate=n)}else{let t=e.$fastView;if(t!==void 0&&t.isComposed&&(t.isComposed=!1,t.remove(),t.needsBindOnly?t.needsBindOnly=!1:t.unbind()),t===void 0&&Rt(r)&&r.hydrationStage!==V.hydrated){let e=r.bindingViewBoundaries[this.targetNodeId];e!==void 0&&(tn(e.first,e.last),delete r.bindingViewBoundaries[this.targetNodeId])}e.textContent=n}}function un(e,t,n){let r=`${this.id}-t`,i=e[r]??(e[r]={v:0,cv:Object.create(null)}),a=i.cv,o=i.v,s=e[t];if(n!=null&&n.length){let e=n.split(/\s+/);for(let t=0,n=e.length;t<n;++t){let n=e[t];n!==``&&(a[n]=o,s.add(n))}}if(i.v=o+1,o!==0){--o;for(let e in a)a[e]===o&&s.remove(e)}}var dn={[y.attribute]:x.setAttribute,[y.booleanAttribute]:x.setBooleanAttribute,[y.property]:(e,t,n)=>e[t]=n,[y.content]:ln,[y.tokenList]:un,[y.event]:()=>void 0},H=class{constructor(e){this.updateTarget=null,this.aspectType=y.content,this.dataBinding=e}createHTML(e){return Et.interpolation(e(this))}createBehavior(){if(this.updateTarget===null){let e=dn[this.aspectType],t=this.dataBinding.policy??this.policy;if(!e)throw p.error(c.unsupportedBindingBehavior);this.data=`${this.id}-d`,this.updateTarget=t.protect(this.targetTagName,this.aspectType,this.targetAspect,e)}return this}bind(e){let t=e.targets[this.targetNodeId];switch(this.aspectType){case y.event:t[this.data]=e,t.addEventListener(this.targetAspect,this,this.dataBinding.options);break;case y.content:e.onUnbind(this);default:{let n=t[this.data]??(t[this.data]=this.dataBinding.createObserver(this,this));n.target=t,n.controller=e;let r=n.bind(e);if(e._skipAttrUpdates&&(this.aspectType===y.attribute||this.aspectType===y.booleanAttribute))break;this.updateTarget(t,this.targetAspect,r,e);break}}}unbind(e){let t=e.targets[this.targetNodeId].$fastView;t!==void 0&&t.isComposed&&(t.unbind(),t.needsBindOnly=!0)}handleEvent(e){let t=e.currentTarget[this.data];if(t.isBound){v.setEvent(e);let n=this.dataBinding.evaluate(t.source,t.context);v.setEvent(null),n!==!0&&e.preventDefault()}}handleChange(e,t){let n=t.controller;if(!n.isBound)return;let r=t.target;this.updateTarget(r,this.targetAspect,t.bind(n),n)}};P.define(H,{aspected:!0});var fn=(e,t)=>`${e}.${t}`,pn={},U={index:0,node:null};function mn(e){e.startsWith(`fast-`)||p.warn(c.hostBindingWithoutHost,{name:e})}var hn=new Proxy(document.createElement(`div`),{get(e,t){mn(t);let n=Reflect.get(e,t);return l(n)?n.bind(e):n},set(e,t,n){return mn(t),Reflect.set(e,t,n)}}),gn=class{constructor(e,t,n){this.fragment=e,this.directives=t,this.policy=n,this.proto=null,this.nodeIds=new Set,this.descriptors={},this.factories=[]}addFactory(e,t,n,r,i){this.nodeIds.has(n)||(this.nodeIds.add(n),this.addTargetDescriptor(t,n,r)),e.id=e.id??Tt(),e.targetNodeId=n,e.targetTagName=i,e.policy=e.policy??this.policy,this.factories.push(e)}freeze(){return this.proto=Object.create(null,this.descriptors),this}addTargetDescriptor(e,t,n){let r=this.descriptors;if(t===`r`||t===`h`||r[t])return;if(!r[e]){let t=e.lastIndexOf(`.`),n=e.substring(0,t),r=parseInt(e.substring(t+1),10);this.addTargetDescriptor(n,e,r)}let i=pn[t];if(!i){let r=`_${t}`;pn[t]=i={get(){return this[r]??(this[r]=this[e].childNodes[n])}}}r[t]=i}createView(e){let t=this.fragment.cloneNode(!0),n=Object.create(this.proto);n.r=t,n.h=e??hn;for(let e of this.nodeIds)Reflect.get(n,e);return new rn(t,this.factories,n)}};function _n(e,t,n,r,i,a=!1){let o=n.attributes,s=e.directives;for(let c=0,l=o.length;c<l;++c){let u=o[c],d=u.value,f=N.parse(d,s),p=null;f===null?a&&(p=new H(ie(()=>d,e.policy)),P.assignAspect(p,u.name)):p=Cn.aggregate(f,e.policy),p!==null&&(n.removeAttributeNode(u),c--,l--,e.addFactory(p,t,r,i,n.tagName))}}function vn(e,t,n,r,i){let a=N.parse(t.textContent,e.directives);if(a===null)return U.node=t.nextSibling,U.index=i+1,U;let o,s=o=t;for(let t=0,c=a.length;t<c;++t){let c=a[t];t!==0&&(i++,r=fn(n,i),o=s.parentNode.insertBefore(document.createTextNode(``),s.nextSibling)),u(c)?o.textContent=c:(o.textContent=` `,P.assignAspect(c),e.addFactory(c,n,r,i,null)),s=o}return U.index=i+1,U.node=s.nextSibling,U}function yn(e,t,n){let r=0,i=t.firstChild;for(;i;){let t=bn(e,n,i,r);i=t.node,r=t.index}}function bn(e,t,n,r){let i=fn(t,r);switch(n.nodeType){case 1:_n(e,t,n,i,r),yn(e,n,i);break;case 3:return vn(e,n,t,i,r);case 8:{let a=N.parse(n.data,e.directives);a!==null&&e.addFactory(Cn.aggregate(a),t,i,r,null);break}}return U.index=r+1,U.node=n.nextSibling,U}function xn(e,t){return e&&e.nodeType===8&&N.parse(e.data,t)!==null}var Sn=`TEMPLATE`,Cn={compile(e,t,n=x.policy){let r;if(u(e)){r=document.createElement(Sn),r.innerHTML=n.createHTML(e);let t=r.content.firstElementChild;t!==null&&t.tagName===Sn&&(r=t)}else r=e;!r.content.firstChild&&!r.content.lastChild&&r.content.appendChild(document.createComment(``));let i=document.adoptNode(r.content),a=new gn(i,t,n);return _n(a,``,r,`h`,0,!0),(xn(i.firstChild,t)||i.childNodes.length===1&&Object.keys(t).length>0)&&i.insertBefore(document.createComment(``),i.firstChild),yn(a,i,`r`),U.node=null,a.freeze()},setDefaultStrategy(e){this.compile=e},aggregate(e,t=x.policy){if(e.length===1)return e[0];let n,r=!1,i,a=e.length,o=e.map(e=>u(e)?()=>e:(n=e.sourceAspect||n,r||=e.dataBinding.isVolatile,i||=e.dataBinding.policy,e.dataBinding.evaluate)),s=new H(ve((e,t)=>{let n=``;for(let r=0;r<a;++r)n+=o[r](e,t);return n},i??t,r));return P.assignAspect(s,n),s}},wn=class extends Ot{bind(e){e.source[this.options]=e.targets[this.targetNodeId]}};P.define(wn);var Tn=e=>new wn(e),En=/([ \x09\x0a\x0c\x0d])([^\0-\x1F\x7F-\x9F "'>=/]+)([ \x09\x0a\x0c\x0d]*=[ \x09\x0a\x0c\x0d]*(?:[^ \x09\x0a\x0c\x0d"'`<>=]*|"[^"]*|'[^']*))$/,Dn=Object.create(null),W=class{constructor(e,t=Dn){this.html=e,this.factories=t}createHTML(e){let t=this.factories;for(let n in t)e(t[n]);return this.html}};W.empty=new W(``),P.define(W);function On(e,t,n,r=P.getForInstance(e)){if(r.aspected){let n=En.exec(t);n!==null&&P.assignAspect(e,n[2])}return e.createHTML(n)}var kn=class e{constructor(e,t={},n){this.policy=n,this.result=null,this.html=e,this.factories=t}compile(){return this.result===null&&(this.result=Cn.compile(this.html,this.factories,this.policy)),this.result}inline(){return new W(u(this.html)?this.html:this.html.innerHTML,this.factories)}withPolicy(e){if(this.result)throw p.error(c.cannotSetTemplatePolicyAfterCompilation);if(this.policy)throw p.error(c.onlySetTemplatePolicyOnce);return this.policy=e,this}render(e,t,n){let r=this.create(n);return r.bind(e),r.appendTo(t),r}create(e){return this.compile().createView(e)}static create(t,n,r){let i=``,a=Object.create(null),o=e=>{let t=e.id??=Tt();return a[t]=e,t};for(let e=0,r=t.length-1;e<r;++e){let r=t[e],a=n[e],c;if(i+=r,l(a))a=new H(ve(a));else if(a instanceof s)a=new H(a);else if(!(c=P.getForInstance(a))){let e=a;a=new H(ie(()=>e))}i+=On(a,r,o,c)}return new e(i+t[t.length-1],a,r)}};m(kn);var G=((e,...t)=>{if(Array.isArray(e)&&Array.isArray(e.raw))return kn.create(e,t);throw p.error(c.directCallToHTMLTagNotAllowed)});G.partial=e=>new W(e);var An=`slotchange`,jn=class extends kt{observe(e){e.addEventListener(An,this)}disconnect(e){e.removeEventListener(An,this)}getNodes(e){return e.assignedNodes(this.options)}handleEvent(e){let t=e.currentTarget;this.updateTarget(this.getSource(t),this.computeNodes(t))}};P.define(jn);function Mn(e){return u(e)&&(e={property:e}),new jn(e)}var Nn=`:host([hidden]){display:none}`;function Pn(e){return`${Nn}:host{display:${e}}`}var Fn=`var(--colorNeutralForeground1)`,In=`var(--colorNeutralForeground1Hover)`,Ln=`var(--colorNeutralForeground1Pressed)`,Rn=`var(--colorNeutralForeground2)`,zn=`var(--colorNeutralForeground2Hover)`,Bn=`var(--colorNeutralForeground2Pressed)`,Vn=`var(--colorNeutralForeground2BrandHover)`,Hn=`var(--colorNeutralForeground2BrandPressed)`,Un=`var(--colorNeutralForegroundDisabled)`,Wn=`var(--colorNeutralForegroundOnBrand)`,Gn=`var(--colorNeutralBackground1)`,Kn=`var(--colorNeutralBackground1Hover)`,qn=`var(--colorNeutralBackground1Pressed)`,Jn=`var(--colorNeutralBackground6)`,Yn=`var(--colorSubtleBackground)`,Xn=`var(--colorSubtleBackgroundHover)`,Zn=`var(--colorSubtleBackgroundPressed)`,K=`var(--colorTransparentBackground)`,Qn=`var(--colorTransparentBackgroundHover)`,$n=`var(--colorTransparentBackgroundPressed)`,er=`var(--colorNeutralBackgroundDisabled)`,tr=`var(--colorBrandBackground)`,nr=`var(--colorBrandBackgroundHover)`,rr=`var(--colorBrandBackgroundPressed)`,ir=`var(--colorCompoundBrandBackground)`,ar=`var(--colorNeutralStroke1)`,or=`var(--colorNeutralStroke1Hover)`,sr=`var(--colorNeutralStroke1Pressed)`,cr=`var(--colorNeutralStrokeDisabled)`,lr=`var(--colorTransparentStroke)`,ur=`var(--colorStrokeFocus2)`,dr=`var(--colorPaletteRedBackground3)`,fr=`var(--colorPaletteGreenBackground3)`,pr=`var(--colorPaletteDarkOrangeBackground3)`,mr=`var(--borderRadiusNone)`,hr=`var(--borderRadiusSmall)`,gr=`var(--borderRadiusMedium)`,_r=A`
  ${A`
  ${Pn(`inline-flex`)}

  :host {
    --icon-spacing: ${`var(--spacingHorizontalSNudge)`};
    position: relative;
    contain: layout style;
    vertical-align: middle;
    align-items: center;
    box-sizing: border-box;
    justify-content: center;
    text-align: center;
    text-decoration-line: none;
    margin: 0;
    min-height: 32px;
    outline-style: none;
    background-color: ${Gn};
    color: ${Fn};
    border: ${`var(--strokeWidthThin)`} solid ${ar};
    padding: 0 ${`var(--spacingHorizontalM)`};
    min-width: 96px;
    border-radius: ${gr};
    font-size: ${`var(--fontSizeBase300)`};
    font-family: ${`var(--fontFamilyBase)`};
    font-weight: ${`var(--fontWeightSemibold)`};
    line-height: ${`var(--lineHeightBase300)`};
    transition-duration: ${`var(--durationFaster)`};
    transition-property: background, border, color;
    transition-timing-function: ${`var(--curveEasyEase)`};
    cursor: pointer;
    user-select: none;
  }

  .content {
    display: inherit;
  }

  :host(:hover) {
    background-color: ${Kn};
    color: ${In};
    border-color: ${or};
  }

  :host(:hover:active) {
    background-color: ${qn};
    border-color: ${sr};
    color: ${Ln};
    outline-style: none;
  }

  :host(:focus-visible) {
    border-color: ${lr};
    outline: ${`var(--strokeWidthThick)`} solid ${lr};
    box-shadow: ${`var(--shadow4)`}, 0 0 0 2px ${ur};
  }

  @media screen and (prefers-reduced-motion: reduce) {
    :host {
      transition-duration: 0.01ms;
    }
  }

  ::slotted(svg) {
    font-size: 20px;
    height: 20px;
    width: 20px;
    fill: currentColor;
  }

  ::slotted([slot='start']) {
    margin-inline-end: var(--icon-spacing);
  }

  ::slotted([slot='end']),
  [slot='end'] {
    flex-shrink: 0;
    margin-inline-start: var(--icon-spacing);
  }

  :host([icon-only]) {
    min-width: 32px;
    max-width: 32px;
  }

  :host([size='small']) {
    --icon-spacing: ${`var(--spacingHorizontalXS)`};
    min-height: 24px;
    min-width: 64px;
    padding: 0 ${`var(--spacingHorizontalS)`};
    border-radius: ${hr};
    font-size: ${`var(--fontSizeBase200)`};
    line-height: ${`var(--lineHeightBase200)`};
    font-weight: ${`var(--fontWeightRegular)`};
  }

  :host([size='small'][icon-only]) {
    min-width: 24px;
    max-width: 24px;
  }

  :host([size='large']) {
    min-height: 40px;
    border-radius: ${`var(--borderRadiusLarge)`};
    padding: 0 ${`var(--spacingHorizontalL)`};
    font-size: ${`var(--fontSizeBase400)`};
    line-height: ${`var(--lineHeightBase400)`};
  }

  :host([size='large'][icon-only]) {
    min-width: 40px;
    max-width: 40px;
  }

  :host([size='large']) ::slotted(svg) {
    font-size: 24px;
    height: 24px;
    width: 24px;
  }

  :host(:is([shape='circular'], [shape='circular']:focus-visible)) {
    border-radius: ${`var(--borderRadiusCircular)`};
  }

  :host(:is([shape='square'], [shape='square']:focus-visible)) {
    border-radius: ${mr};
  }

  :host([appearance='primary']) {
    background-color: ${tr};
    color: ${Wn};
    border-color: transparent;
  }

  :host([appearance='primary']:hover) {
    background-color: ${nr};
  }

  :host([appearance='primary']:is(:hover, :hover:active):not(:focus-visible)) {
    border-color: transparent;
  }

  :host([appearance='primary']:is(:hover, :hover:active)) {
    color: ${Wn};
  }

  :host([appearance='primary']:hover:active) {
    background-color: ${rr};
  }

  :host([appearance='primary']:focus-visible) {
    border-color: ${Wn};
    box-shadow: ${`var(--shadow2)`}, 0 0 0 2px ${ur};
  }

  :host([appearance='outline']) {
    background-color: ${K};
  }

  :host([appearance='outline']:hover) {
    background-color: ${Qn};
  }

  :host([appearance='outline']:hover:active) {
    background-color: ${$n};
  }

  :host([appearance='subtle']) {
    background-color: ${Yn};
    color: ${Rn};
    border-color: transparent;
  }

  :host([appearance='subtle']:hover) {
    background-color: ${Xn};
    color: ${zn};
    border-color: transparent;
  }

  :host([appearance='subtle']:hover:active) {
    background-color: ${Zn};
    color: ${Bn};
    border-color: transparent;
  }

  :host([appearance='subtle']:hover) ::slotted(svg) {
    fill: ${Vn};
  }

  :host([appearance='subtle']:hover:active) ::slotted(svg) {
    fill: ${Hn};
  }

  :host([appearance='transparent']) {
    background-color: ${K};
    color: ${Rn};
  }

  :host([appearance='transparent']:hover) {
    background-color: ${Qn};
    color: ${Vn};
  }

  :host([appearance='transparent']:hover:active) {
    background-color: ${$n};
    color: ${Hn};
  }

  :host(:is([appearance='transparent'], [appearance='transparent']:is(:hover, :active))) {
    border-color: transparent;
  }
`}

  :host(:is(:disabled, [disabled], [disabled-focusable], [appearance]:disabled, [appearance][disabled], [appearance][disabled-focusable])),
  :host(:is(:disabled, [disabled], [disabled-focusable], [appearance]:disabled, [appearance][disabled], [appearance][disabled-focusable]):hover),
  :host(:is(:disabled, [disabled], [disabled-focusable], [appearance]:disabled, [appearance][disabled], [appearance][disabled-focusable]):hover:active) {
    background-color: ${er};
    border-color: ${cr};
    color: ${Un};
    cursor: not-allowed;
  }

  :host([appearance='primary']:is(:disabled, [disabled], [disabled-focusable])),
  :host([appearance='primary']:is(:disabled, [disabled], [disabled-focusable]):is(:hover, :hover:active)) {
    border-color: transparent;
  }

  :host([appearance='outline']:is(:disabled, [disabled], [disabled-focusable])),
  :host([appearance='outline']:is(:disabled, [disabled], [disabled-focusable]):is(:hover, :hover:active)) {
    background-color: ${K};
  }

  :host([appearance='subtle']:is(:disabled, [disabled], [disabled-focusable])),
  :host([appearance='subtle']:is(:disabled, [disabled], [disabled-focusable]):is(:hover, :hover:active)) {
    background-color: ${K};
    border-color: transparent;
  }

  :host([appearance='transparent']:is(:disabled, [disabled], [disabled-focusable])),
  :host([appearance='transparent']:is(:disabled, [disabled], [disabled-focusable]):is(:hover, :hover:active)) {
    border-color: transparent;
    background-color: ${K};
  }

  @media (forced-colors: active) {
    :host {
      background-color: ButtonFace;
      color: ButtonText;
    }

    :host(:is(:hover, :focus-visible)) {
      border-color: Highlight !important;
    }

    :host([appearance='primary']:not(:is(:hover, :focus-visible))) {
      background-color: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }

    :host(
        :is(
            :disabled,
            [disabled],
            [disabled-focusable],
            [appearance]:disabled,
            [appearance][disabled],
            [appearance][disabled-focusable]
          )
      ) {
      background-color: ButtonFace;
      color: GrayText;
      border-color: ButtonText;
    }
  }
`;function vr(e){return e?typeof e==`string`?new W(e):`inline`in e?e.inline():e:W.empty}var yr=class{};function br(e){return G` <slot name="end" ${Tn(`end`)}>${vr(e.end)}</slot> `.inline()}function xr(e){return G` <slot name="start" ${Tn(`start`)}>${vr(e.start)}</slot> `.inline()}function Sr(e={}){return G`
    <template
      @click="${(e,t)=>e.clickHandler(t.event)}"
      @keypress="${(e,t)=>e.keypressHandler(t.event)}"
    >
      ${xr(e)}
      <span class="content" part="content">
        <slot ${Mn(`defaultSlottedContent`)}></slot>
      </span>
      ${br(e)}
    </template>
  `}var Cr=Sr(),wr={name:o,registry:i.registry,styles:_r,template:Cr};function q(e,t,n,r){var i=arguments.length,a=i<3?t:r===null?r=Object.getOwnPropertyDescriptor(t,n):r,o;if(typeof Reflect==`object`&&typeof Reflect.decorate==`function`)a=Reflect.decorate(e,t,n,r);else for(var s=e.length-1;s>=0;s--)(o=e[s])&&(a=(i<3?o(a):i>3?o(t,n,a):o(t,n))||a);return i>3&&a&&Object.defineProperty(t,n,a),a}function Tr(e,...t){let n=we.locate(e);t.forEach(t=>{Object.getOwnPropertyNames(t.prototype).forEach(n=>{n!==`constructor`&&Object.defineProperty(e.prototype,n,Object.getOwnPropertyDescriptor(t.prototype,n))}),we.locate(t).forEach(e=>n.push(e))})}function Er(e){let t=e.ownerDocument;e?.isConnected&&e?.hasAttribute(`autofocus`)&&e?.checkVisibility?.({contentVisibilityAuto:!0,visibilityProperty:!0})&&[null,e,t.body,t.documentElement].includes(t.activeElement)&&g.enqueue(()=>{e.focus()})}var J=class extends _t{disabledChanged(){this.setTabIndex()}disabledFocusableChanged(e,t){this.elementInternals&&(this.elementInternals.ariaDisabled=`${!!t}`)}get form(){return this.elementInternals.form}static{this.formAssociated=!0}get labels(){return Object.freeze(Array.from(this.elementInternals.labels))}typeChanged(e,t){t!==a.submit&&(this.formSubmissionFallbackControl?.remove(),this.shadowRoot?.querySelector(`slot[name="internal"]`)?.remove())}clickHandler(e){if(e&&this.disabledFocusable)e.stopImmediatePropagation();else return this.press(),!0}connectedCallback(){super.connectedCallback(),this.elementInternals.ariaDisabled=`${!!this.disabledFocusable}`,this.setTabIndex(),Er(this)}constructor(){super(),this.disabledFocusable=!1,this.elementInternals=this.attachInternals(),this.elementInternals.role=`button`}createAndInsertFormSubmissionFallbackControl(){let e=this.formSubmissionFallbackControlSlot??document.createElement(`slot`);e.setAttribute(`name`,`internal`),this.shadowRoot?.appendChild(e),this.formSubmissionFallbackControlSlot=e;let t=this.formSubmissionFallbackControl??document.createElement(`button`);t.style.display=`none`,t.setAttribute(`type`,`submit`),t.setAttribute(`slot`,`internal`),this.formNoValidate&&t.toggleAttribute(`formnovalidate`,!0),this.elementInternals.form?.id&&t.setAttribute(`form`,this.elementInternals.form.id),this.name&&t.setAttribute(`name`,this.name),this.value&&t.setAttribute(`value`,this.value),this.formAction&&t.setAttribute(`formaction`,this.formAction??``),this.formEnctype&&t.setAttribute(`formenctype`,this.formEnctype??``),this.formMethod&&t.setAttribute(`formmethod`,this.formMethod??``),this.formTarget&&t.setAttribute(`formtarget`,this.formTarget??``),this.append(t),this.formSubmissionFallbackControl=t}formDisabledCallback(e){this.disabled=e}keypressHandler(e){if(e&&this.disabledFocusable)e.stopImmediatePropagation();else if(e.key===`Enter`||e.key===` `)this.click();else return!0}press(){switch(this.type){case a.reset:this.resetForm();break;case a.submit:this.submitForm()}}resetForm(){this.elementInternals.form?.reset()}setTabIndex(){this.disabled?this.removeAttribute(`tabindex`):this.tabIndex=Number(this.getAttribute(`tabindex`)??0)<0?-1:0}submitForm(){if(this.elementInternals.form&&!this.disabled&&this.type===a.submit){if(!this.name&&!this.formAction&&!this.formEnctype&&!this.formAttribute&&!this.formMethod&&!this.formNoValidate&&!this.formTarget)this.elementInternals.form.requestSubmit();else try{this.elementInternals.setFormValue(this.value??``),this.elementInternals.form.requestSubmit(this)}catch{this.createAndInsertFormSubmissionFallbackControl(),this.elementInternals.setFormValue(null),this.elementInternals.form.requestSubmit(this.formSubmissionFallbackControl)}}}};q([he],J.prototype,`defaultSlottedContent`,void 0),q([S({mode:`boolean`})],J.prototype,`disabled`,void 0),q([S({attribute:`disabled-focusable`,mode:`boolean`})],J.prototype,`disabledFocusable`,void 0),q([S({attribute:`formaction`})],J.prototype,`formAction`,void 0),q([S({attribute:`form`})],J.prototype,`formAttribute`,void 0),q([S({attribute:`formenctype`})],J.prototype,`formEnctype`,void 0),q([S({attribute:`formmethod`})],J.prototype,`formMethod`,void 0),q([S({attribute:`formnovalidate`,mode:`boolean`})],J.prototype,`formNoValidate`,void 0),q([S({attribute:`formtarget`})],J.prototype,`formTarget`,void 0),q([S],J.prototype,`name`,void 0),q([S],J.prototype,`type`,void 0),q([S],J.prototype,`value`,void 0);var Y=class extends J{constructor(){super(...arguments),this.iconOnly=!1}};q([S],Y.prototype,`appearance`,void 0),q([S],Y.prototype,`shape`,void 0),q([S],Y.prototype,`size`,void 0),q([S({attribute:`icon-only`,mode:`boolean`})],Y.prototype,`iconOnly`,void 0),Tr(Y,yr),Y.define(wr);var Dr={success:`success`,warning:`warning`,error:`error`},Or=`${i.prefix}-progress-bar`,kr=A`
  ${Pn(`block`)}

  :host {
    width: 100%;
    height: 2px;
    overflow-x: hidden;
    background-color: ${Jn};
    border-radius: ${gr};
    contain: content;

    @supports (width: attr(value type(<number>))) {
      --max: attr(max type(<number>), 100);
      --min: attr(min type(<number>), 0);
      --value: attr(value type(<number>), 0);
      --indicator-width: clamp(0%, calc((var(--value) - var(--min)) / (var(--max) - var(--min)) * 100%), 100%);
    }
  }

  :host([thickness='large']) {
    height: 4px;
  }

  :host([shape='square']) {
    border-radius: ${mr};
  }

  .indicator {
    background-color: ${ir};
    border-radius: inherit;
    height: 100%;
  }

  :host([value]) .indicator {
    transition: all 0.2s ease-in-out;

    @supports (width: attr(value type(<number>))) {
      width: var(--indicator-width);
    }
  }

  :host(:not([value])) .indicator {
    position: relative;
    width: 33%;
    background-image: linear-gradient(
      to right,
      ${Jn} 0%,
      ${K} 50%,
      ${Jn} 100%
    );
    animation-name: indeterminate;
    animation-duration: 3s;
    animation-timing-function: linear;
    animation-iteration-count: infinite;
  }

  :host([validation-state='error']) .indicator {
    background-color: ${dr};
  }

  :host([validation-state='warning']) .indicator {
    background-color: ${pr};
  }

  :host([validation-state='success']) .indicator {
    background-color: ${fr};
  }

  @layer animations {
    /* Disable animations for reduced motion */
    @media (prefers-reduced-motion: no-preference) {
      :host([value]) {
        transition: none;
      }
      :host(:not([value])) .indicator {
        animation-duration: 0.01ms;
        animation-iteration-count: 1;
      }
    }
  }

  @keyframes indeterminate {
    0% {
      inset-inline-start: -33%;
    }
    100% {
      inset-inline-start: 100%;
    }
  }

  @media (forced-colors: active) {
    :host {
      background-color: CanvasText;
    }
    .indicator,
    :host(:is([validation-state='success'], [validation-state='warning'], [validation-state='error'])) .indicator {
      background-color: Highlight;
    }
  }
`;function Ar(){return G` <div class="indicator" part="indicator" ${Tn(`indicator`)}></div> `}var jr=Ar(),Mr={name:Or,registry:i.registry,styles:kr,template:jr};CSS.supports(`anchor-name: --a`),`anchor`in HTMLElement.prototype;var Nr=CSS.supports(`selector(:state(g))`);function Pr(e,t,n){t&&e&&(Nr?n??!e.states.has(t)?e.states.add(t):e.states.delete(t):e.shadowRoot.host.toggleAttribute(`state--${t}`,n))}var Fr=new WeakMap;function Ir(e,t){if(!e||!t)return!1;if(Fr.has(e))return Fr.get(e).has(t);let n=new Set(Object.values(e));return Fr.set(e,n),n.has(t)}function Lr(e,t=``,n=``,r,i=``){Pr(e,`${i}${t}`,!1),(!r||Ir(r,n))&&Pr(e,`${i}${n}`,!0)}var X=class extends _t{indicatorChanged(){this.setIndicatorWidth()}validationStateChanged(e,t){Lr(this.elementInternals,e,t,Dr)}valueChanged(e,t){this.elementInternals&&(this.elementInternals.ariaValueNow=typeof t==`number`?`${t}`:null),this.setIndicatorWidth()}minChanged(e,t){this.elementInternals&&(this.elementInternals.ariaValueMin=typeof t==`number`?`${t}`:null),this.setIndicatorWidth()}maxChanged(e,t){this.elementInternals&&(this.elementInternals.ariaValueMax=typeof t==`number`?`${t}`:null),this.setIndicatorWidth()}constructor(){super(),this.elementInternals=this.attachInternals(),this.validationState=null,this.elementInternals.role=`progressbar`}setIndicatorWidth(){CSS.supports(`width: attr(value type(<number>))`)||g.enqueue(()=>{if(typeof this.value!=`number`){this.indicator?.style.removeProperty(`width`);return}let e=this.min??0,t=this.max??100,n=this.value??0,r=t-e,i=r===0?0:Math.fround((n-e)/r*100);this.indicator?.style.setProperty(`width`,`${i}%`)})}};q([he],X.prototype,`indicator`,void 0),q([S({attribute:`validation-state`})],X.prototype,`validationState`,void 0),q([S({converter:De})],X.prototype,`value`,void 0),q([S({converter:De})],X.prototype,`min`,void 0),q([S({converter:De})],X.prototype,`max`,void 0);var Rr=class extends X{};q([S],Rr.prototype,`thickness`,void 0),q([S],Rr.prototype,`shape`,void 0),Rr.define(Mr);var zr=`ask`,Br=3e4,Vr=class{tokens;base;send;surface;canAsk=!1;constructor(e,t,n=(...e)=>fetch(...e),r=`word`){this.tokens=e,this.base=t,this.send=n,this.surface=r}get isMicrosoft(){return this.tokens.isMicrosoft??!1}async recipes(e=!1){let t=(await this.json(`recipes`)).recipes.filter(e=>e.surfaces.includes(this.surface));return this.canAsk=t.some(e=>e.name===zr&&e.offered),Ur(e?t:t.filter(Wr))}ask(e,t,n,r=null){return this.submit({recipe:zr,inputs:t?{question:e,follows:t}:{question:e}},r,n)}submit(e,t,n){let r={...e,surface:this.surface,...t?{about:t}:{}};return this.json(`jobs`,Z(r,{"Idempotency-Key":n}))}async refine(e,t,n){return this.json(`jobs/${encodeURIComponent(e)}/refine`,Z({wish:t},{"Idempotency-Key":n}))}async waitingDraft({message_id:e,references:t}){let n=new URLSearchParams([[`message_id`,e],...t.map(e=>[`before`,e])]),{job:r}=await this.json(`waiting-draft?${n}`);return r?this.job(r):null}passage(e,t){return this.json(`jobs/${encodeURIComponent(e)}/passages/${t}`)}createJob(e,t,n){let r={...e,paragraphs:t,surface:this.surface};return this.json(`jobs`,Z(r,{"Idempotency-Key":n}))}uploadDocument(e,t,n){let r=new FormData;return r.set(`file`,t),r.set(`recipe`,e.recipe),r.set(`inputs`,JSON.stringify(e.inputs)),r.set(`surface`,`word`),this.json(`documents/edit`,{method:`POST`,body:r,headers:{"Idempotency-Key":n}})}editLinked(e,t,n){return this.json(`documents/drive`,Z({...e,...t},{"Idempotency-Key":n}))}saved(e){return this.json(`jobs/${encodeURIComponent(e)}/saved`)}job(e){return this.json(`jobs/${encodeURIComponent(e)}`)}async cancel(e){await this.request(`jobs/${encodeURIComponent(e)}/cancel`,{method:`POST`})}async outcome(e,t,n){await this.request(`jobs/${encodeURIComponent(e)}/outcome`,Z({outcome:t,edit:String(n)}))}async used(e,t,n){let r=n===void 0?{outcome:t}:{outcome:t,text:n};await this.request(`jobs/${encodeURIComponent(e)}/outcome`,Z(r))}async paragraphs(e){return(await this.json(`jobs/${encodeURIComponent(e)}/paragraphs`)).paragraphs}async document(e,t){let n=`jobs/${encodeURIComponent(e)}/document`;return(await this.request(n,Z({edits:t.map(String)}))).blob()}events(e,t,n){let r=t?{"Last-Event-ID":t}:{};return this.request(`jobs/${encodeURIComponent(e)}/events`,{headers:r,signal:n})}async given(){let{sources:e}=await this.json(`sources?own=true`),t=e.filter(({connector:e,shared:t})=>e===`uploads`&&!t).map(async({id:e})=>{let{documents:t}=await this.json(`sources/${encodeURIComponent(e)}?limit=200`);return t.map(t=>({...t,source:e}))});return(await Promise.all(t)).flat()}async give({file:e,name:t,title:n,link:r}){let i=new FormData;i.set(`file`,e,t),i.set(`title`,n),i.set(`link`,r);let{id:a}=await this.json(`sources/uploads`,{method:`POST`,body:i});return{source:a,key:`${n}\n${r}`,title:n,link:r,error:null}}async takeAway({source:e,key:t}){let n=`sources/${encodeURIComponent(e)}/documents?key=${encodeURIComponent(t)}`;await this.request(n,{method:`DELETE`})}async json(e,t={}){return await(await this.request(e,t)).json()}async request(e,t){let n=await this.once(e,t,await this.tokens.token(!1));if(n.status!==401)return Gr(n);let r=await qr(n.clone());return Gr(await this.once(e,t,await this.tokens.token(!0,r)))}async once(e,n,r){let i=new Headers(n.headers);i.set(`Authorization`,`Bearer ${r}`);let a=n.signal??AbortSignal.timeout(Br);try{return await this.send(this.base+e,{...n,headers:i,signal:a,cache:`no-store`,credentials:`omit`})}catch(e){throw n.signal?.aborted?e:new t(`offline`,``)}}},Hr=[`proofread`,`shorten`,`rewrite`,`plain`,`summarize`,`risks`,`consistency`,`actions`,`translate`];function Ur(e){let t=({name:e})=>Hr.includes(e)?Hr.indexOf(e):Hr.length;return e.sort((e,n)=>t(e)-t(n)||e.title.localeCompare(n.title))}function Wr(e){return e.inputs.some(t=>t.name===e.main_input&&t.type===`text`)}function Z(e,t={}){return{method:`POST`,body:JSON.stringify(e),headers:{"Content-Type":`application/json`,...t}}}async function Gr(e){if(e.ok)return e;let n=await Kr(e)??{code:`internal`,message:``,fix:``},r=e.status===503?`outage`:n.code;throw new t(r,n.message,n.fix,n.fields)}async function Kr(e){try{return(await e.json()).error}catch{return}}async function qr(e){return(await Kr(e))?.claims}var Jr=0;function Yr(e=`id-`){let t=`${e}${Jr++}`;return document.getElementById(t)?Yr(e):t}var Xr=`adoptedStyleSheets`in document,Zr=`CSSScopeRule`in window,Qr=new Map,$r=new Map,Q=new Map,ei=new Map,$=new CSSStyleSheet;function ti(e,t=document){t&&si(t)&&(!Xr||t instanceof HTMLElement&&!t.shadowRoot&&!Zr?fi(e,t===document?document.documentElement:t):[document,document.documentElement,document.body].includes(t)?ci(e):li(e,t))}var ni=/^[a-zA-Z_-][a-zA-Z0-9_-]*$/;function ri(e){return ni.test(e)?e:``}var ii=/(;|{|}|\/\*|\*\/|@import|url\s*\(|expression\s*\(|javascript:)/i;function ai(e){return ii.test(e)?``:e}function oi(e){return Qr.has(e)||Qr.set(e,Object.keys(e).reduce((t,n)=>{let r=ri(n),i=ai(e[n].toString());return r&&i?`${t}--${r}:${i};`:t},``)),Qr.get(e)}function si(e){return[document,document.documentElement].includes(e)||e instanceof HTMLElement&&!!e.closest(`body`)}function ci(e){e===null?document.adoptedStyleSheets.includes($)&&$.replaceSync(``):($.replaceSync(`
    html {
      ${oi(e)}
    }
  `),document.adoptedStyleSheets.includes($)||document.adoptedStyleSheets.push($))}function li(e,t){e===null?t.shadowRoot&&Q.has(t)?Q.get(t).replaceSync(``):(delete t.dataset.fluentTheme,hi(t)):t.shadowRoot?ui(t).replaceSync(`
      :host {
        ${oi(e)}
      }
    `):(t.dataset.fluentTheme=di(e),hi(t))}function ui(e){if(!Q.has(e)){let t=new CSSStyleSheet;Q.set(e,t),e.shadowRoot?.adoptedStyleSheets.push(t)}return Q.get(e)}function di(e){if(!$r.has(e)){let t=Yr(`fluent-theme-`),n=new CSSStyleSheet;$r.set(e,t),n.replaceSync(`
      @scope ([data-fluent-theme="${t}"]) {
        :scope {
          ${oi(e)}
        }
      }
    `),document.adoptedStyleSheets.push(n)}return $r.get(e)}function fi(e,t){let n;if(e===null){if(!ei.has(t))return;n=ei.get(t)}else ei.set(t,e),n=e;for(let[r,i]of Object.entries(n))e===null?t.style.removeProperty(`--${r}`):t.style.setProperty(`--${r}`,i.toString())}var{userAgent:pi}=navigator,mi=/\bAppleWebKit\/[\d+\.]+\b/.test(pi);function hi(e){if(!mi)return;let t=`visibility`,n=e.style.getPropertyValue(t);e.style.setProperty(t,`hidden`),g.process(),e.style.setProperty(t,n)}var gi={borderRadiusNone:`0`,borderRadiusSmall:`2px`,borderRadiusMedium:`4px`,borderRadiusLarge:`6px`,borderRadiusCircular:`10000px`,fontSizeBase200:`12px`,fontSizeBase300:`14px`,fontSizeBase400:`16px`,lineHeightBase200:`16px`,lineHeightBase300:`20px`,lineHeightBase400:`22px`,fontFamilyBase:`'Segoe UI', 'Segoe UI Web (West European)', -apple-system, BlinkMacSystemFont, Roboto, 'Helvetica Neue', sans-serif`,fontWeightRegular:400,fontWeightSemibold:600,strokeWidthThin:`1px`,strokeWidthThick:`2px`,spacingHorizontalXS:`4px`,spacingHorizontalSNudge:`6px`,spacingHorizontalS:`8px`,spacingHorizontalM:`12px`,spacingHorizontalL:`16px`,durationFaster:`100ms`,curveEasyEase:`cubic-bezier(0.33,0,0.67,1)`,colorNeutralForeground1:`#ffffff`,colorNeutralForeground1Hover:`#ffffff`,colorNeutralForeground1Pressed:`#ffffff`,colorNeutralForeground2:`#d6d6d6`,colorNeutralForeground2Hover:`#ffffff`,colorNeutralForeground2Pressed:`#ffffff`,colorNeutralForeground2BrandHover:`#479ef5`,colorNeutralForeground2BrandPressed:`#2886de`,colorNeutralForeground3:`#adadad`,colorNeutralForegroundDisabled:`#5c5c5c`,colorBrandForegroundLink:`#479ef5`,colorBrandForeground2:`#62abf5`,colorNeutralForegroundOnBrand:`#ffffff`,colorNeutralBackground1:`#292929`,colorNeutralBackground1Hover:`#3d3d3d`,colorNeutralBackground1Pressed:`#1f1f1f`,colorNeutralBackground2:`#1f1f1f`,colorNeutralBackground6:`#333333`,colorSubtleBackground:`transparent`,colorSubtleBackgroundHover:`#383838`,colorSubtleBackgroundPressed:`#2e2e2e`,colorTransparentBackground:`transparent`,colorTransparentBackgroundHover:`transparent`,colorTransparentBackgroundPressed:`transparent`,colorNeutralBackgroundDisabled:`#141414`,colorBrandBackground:`#115ea3`,colorBrandBackgroundHover:`#0f6cbd`,colorBrandBackgroundPressed:`#0c3b5e`,colorCompoundBrandBackground:`#479ef5`,colorBrandBackground2:`#082338`,colorNeutralStrokeAccessible:`#adadad`,colorNeutralStroke1:`#666666`,colorNeutralStroke1Hover:`#757575`,colorNeutralStroke1Pressed:`#6b6b6b`,colorNeutralStroke2:`#525252`,colorBrandStroke1:`#479ef5`,colorNeutralStrokeDisabled:`#424242`,colorTransparentStroke:`transparent`,colorStrokeFocus2:`#ffffff`,colorPaletteRedBackground3:`#d13438`,colorPaletteGreenBackground3:`#107c10`,colorPaletteDarkOrangeBackground3:`#da3b01`,colorStatusSuccessBackground1:`#052505`,colorStatusSuccessForeground1:`#54b054`,colorStatusSuccessBorder2:`#9fd89f`,colorStatusWarningBackground1:`#4a1e04`,colorStatusWarningForeground3:`#f98845`,colorStatusWarningBorderActive:`#faa06b`,colorStatusDangerBackground1:`#3b0509`,colorStatusDangerForeground1:`#dc626d`,colorStatusDangerBorder1:`#c50f1f`,colorStatusDangerBorder2:`#dc626d`,shadow2:`0 0 2px rgba(0,0,0,0.24), 0 1px 2px rgba(0,0,0,0.28)`,shadow4:`0 0 2px rgba(0,0,0,0.24), 0 2px 4px rgba(0,0,0,0.28)`},_i={borderRadiusNone:`0`,borderRadiusSmall:`2px`,borderRadiusMedium:`4px`,borderRadiusLarge:`6px`,borderRadiusCircular:`10000px`,fontSizeBase200:`12px`,fontSizeBase300:`14px`,fontSizeBase400:`16px`,lineHeightBase200:`16px`,lineHeightBase300:`20px`,lineHeightBase400:`22px`,fontFamilyBase:`'Segoe UI', 'Segoe UI Web (West European)', -apple-system, BlinkMacSystemFont, Roboto, 'Helvetica Neue', sans-serif`,fontWeightRegular:400,fontWeightSemibold:600,strokeWidthThin:`1px`,strokeWidthThick:`2px`,spacingHorizontalXS:`4px`,spacingHorizontalSNudge:`6px`,spacingHorizontalS:`8px`,spacingHorizontalM:`12px`,spacingHorizontalL:`16px`,durationFaster:`100ms`,curveEasyEase:`cubic-bezier(0.33,0,0.67,1)`,colorNeutralForeground1:`#242424`,colorNeutralForeground1Hover:`#242424`,colorNeutralForeground1Pressed:`#242424`,colorNeutralForeground2:`#424242`,colorNeutralForeground2Hover:`#242424`,colorNeutralForeground2Pressed:`#242424`,colorNeutralForeground2BrandHover:`#0f6cbd`,colorNeutralForeground2BrandPressed:`#115ea3`,colorNeutralForeground3:`#616161`,colorNeutralForegroundDisabled:`#bdbdbd`,colorBrandForegroundLink:`#115ea3`,colorBrandForeground2:`#115ea3`,colorNeutralForegroundOnBrand:`#ffffff`,colorNeutralBackground1:`#ffffff`,colorNeutralBackground1Hover:`#f5f5f5`,colorNeutralBackground1Pressed:`#e0e0e0`,colorNeutralBackground2:`#fafafa`,colorNeutralBackground6:`#e6e6e6`,colorSubtleBackground:`transparent`,colorSubtleBackgroundHover:`#f5f5f5`,colorSubtleBackgroundPressed:`#e0e0e0`,colorTransparentBackground:`transparent`,colorTransparentBackgroundHover:`transparent`,colorTransparentBackgroundPressed:`transparent`,colorNeutralBackgroundDisabled:`#f0f0f0`,colorBrandBackground:`#0f6cbd`,colorBrandBackgroundHover:`#115ea3`,colorBrandBackgroundPressed:`#0c3b5e`,colorCompoundBrandBackground:`#0f6cbd`,colorBrandBackground2:`#ebf3fc`,colorNeutralStrokeAccessible:`#616161`,colorNeutralStroke1:`#d1d1d1`,colorNeutralStroke1Hover:`#c7c7c7`,colorNeutralStroke1Pressed:`#b3b3b3`,colorNeutralStroke2:`#e0e0e0`,colorBrandStroke1:`#0f6cbd`,colorNeutralStrokeDisabled:`#e0e0e0`,colorTransparentStroke:`transparent`,colorStrokeFocus2:`#000000`,colorPaletteRedBackground3:`#d13438`,colorPaletteGreenBackground3:`#107c10`,colorPaletteDarkOrangeBackground3:`#da3b01`,colorStatusSuccessBackground1:`#f1faf1`,colorStatusSuccessForeground1:`#0e700e`,colorStatusSuccessBorder2:`#107c10`,colorStatusWarningBackground1:`#fff9f5`,colorStatusWarningForeground3:`#bc4b09`,colorStatusWarningBorderActive:`#f7630c`,colorStatusDangerBackground1:`#fdf3f4`,colorStatusDangerForeground1:`#b10e1c`,colorStatusDangerBorder1:`#eeacb2`,colorStatusDangerBorder2:`#c50f1f`,shadow2:`0 0 2px rgba(0,0,0,0.12), 0 1px 2px rgba(0,0,0,0.14)`,shadow4:`0 0 2px rgba(0,0,0,0.12), 0 2px 4px rgba(0,0,0,0.14)`};function vi(e=``){let t=matchMedia(`(prefers-color-scheme: dark)`),n=()=>{let n=yi(e)??t.matches;ti(n?gi:_i),document.documentElement.style.colorScheme=n?`dark`:`light`};t.addEventListener(`change`,n),n()}function yi(e){let t=/^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(e);if(!t)return null;let[n,r,i]=t.slice(1).map(e=>parseInt(e,16));return .299*n+.587*r+.114*i<128}var bi=`inlaid.token`,xi=class{storage;constructor(e){this.storage=e}get has(){return this.storage.getItem(bi)!==null}set(e){this.storage.setItem(bi,e)}async token(e){let n=this.storage.getItem(bi);if(e||!n)throw this.storage.removeItem(bi),new t(`token`,``);return n}},Si=class{url;send;session=null;constructor(e,t=(...e)=>fetch(...e)){this.url=e,this.send=t}async token(e){(e||!this.session)&&(this.session=this.open());try{return await this.session}catch(e){throw this.session=null,e}}async open(){let e;try{e=await this.send(this.url,{method:`POST`,credentials:`same-origin`})}catch{throw new t(`offline`,``)}if(e.status===403)throw new t(`token`,``);if(!e.ok)throw new t(`outage`,``);return(await e.json()).token}},Ci=class{providers;isMicrosoft=!1;constructor(e){this.providers=e}async token(e,n){let r=new t(`token`,``);for(let i of this.providers)try{let t=await i.token(e,n);return this.isMicrosoft=i.isMicrosoft??!1,t}catch(e){if(r=e,!(e instanceof t)||e.code!==`token`)throw e}throw r}},wi=(function(){let e=typeof document<`u`&&document.createElement(`link`).relList;return e&&e.supports&&e.supports(`modulepreload`)?`modulepreload`:`preload`})(),Ti=function(e,t){return new URL(e,t).href},Ei={},Di=function(e){return e.pathname.endsWith(`.css`)},Oi=function(e,t,n){if(t in e)return e[t];let r=n();if(!r){e[t]=void 0;return}let i=r.then(()=>{e[t]=void 0},n=>{throw e[t]=void 0,n});return e[t]=i,i},ki=function(e,t,n){let r=Promise.resolve();if(t&&t.length>0){let e,i=document.querySelector(`meta[property=csp-nonce]`),a=i?.nonce||i?.getAttribute(`nonce`);function o(e){return Promise.all(e.map(e=>Promise.resolve(e).then(e=>({status:`fulfilled`,value:e}),e=>({status:`rejected`,reason:e}))))}function s(e){return import.meta.resolve?new URL(import.meta.resolve(e)):new URL(e,import.meta.url)}r=o(t.map(t=>{t=Ti(t,n);let r=s(t),i=Di(r);return Oi(Ei,r.href,()=>{if(e===void 0){e={all:new Set,styles:new Set};let t=document.getElementsByTagName(`link`);for(let n=t.length-1;n>=0;n--){let r=t[n];e.all.add(r.href),r.rel===`stylesheet`&&e.styles.add(r.href)}}if((i?e.styles:e.all).has(r.href))return;let t=document.createElement(`link`);if(t.rel=i?`stylesheet`:wi,i||(t.as=`script`),t.crossOrigin=``,t.href=r.href,a&&t.setAttribute(`nonce`,a),document.head.appendChild(t),i)return new Promise((e,n)=>{let i=a=>{t.removeEventListener(`load`,i),t.removeEventListener(`error`,i),a.type===`error`?n(Error(`Unable to preload CSS for ${r}`)):e(a)};t.addEventListener(`load`,i),t.addEventListener(`error`,i)})})}).filter(e=>e!==void 0))}function i(e){let t=new Event(`vite:preloadError`,{cancelable:!0});if(t.payload=e,window.dispatchEvent(t),!t.defaultPrevented)throw e}return r.then(t=>{for(let e of t||[])e.status===`rejected`&&i(e.reason);return e().catch(i)})};function Ai(){return new URL(`../api/v1/`,location.href).href}async function ji(e,t){let n=new Si(new URL(`session`,Ai()).href),r=await Mi();if(!r?.client_id)return new Ci(e.has?[e,n]:[n,e]);let{EntraTokens:i}=await ki(async()=>{let{EntraTokens:e}=await import(`./entra-BveyGuDG.js`).then(e=>e.t);return{EntraTokens:e}},__vite__mapDeps([0,1,2]),import.meta.url),a=new i(r,t);return new Ci(t?[e,a]:[e,n,a])}async function Mi(){try{return await(await fetch(new URL(`../word/config.json`,location.href))).json()}catch{return null}}function Ni(i,a,o){vi(),document.documentElement.lang=o.language;let s=location.href.replace(/[?#].*/,``),c=e(a),{code:l}=c,u=l===`old`?new t(`start`,o.get(`error_old`),o.get(`fix_old`,{address:s})):c,d=l===`outside`&&o.get(`openPage`)!==``?{label:o.get(`openPage`),take:()=>location.assign(s)}:{label:o.get(`tryAgain`),take:()=>location.reload()},f=n(u,o,l===`old`?null:d);i.replaceChildren(r(`h1`,{},o.get(`title`)),f),f.focus()}export{xi as a,ki as i,ji as n,vi as o,Ni as r,Vr as s,Ai as t};